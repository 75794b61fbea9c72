from datetime import timedelta
from app.meetings import service
from app.core.extensions import db
from tests.meetings.conftest import *


def test_walk(sign_in, anna, bram, dirk, energie, clock):
    b = sign_in(anna)
    def get(u, s=200):
        r = b.get(u); assert r.status_code == s, (u, r.status_code, r.text[:3000]); return r.text
    get("/groups/energie/meetings"); get("/agenda"); get("/groups/energie/meetings/new")
    r = b.post("/groups/energie/meetings", data={"title":"Overleg", "starts_at": typed(at()), "ends_at": typed(at(hour=16)), "place":"Emmen","online_link":"https://x.nl/a","chair":str(anna.tie_id),"note_taker":"0","quorum_rule":"number","quorum":"3"})
    assert r.status_code == 303, r.text
    u = r.location.removesuffix("/agenda")
    get(u); get(u+"/agenda"); get(u+"/edit")
    for t in ("Een","Twee"):
        r = b.post(u+"/items", data={"title":t*2,"purpose":"discuss","planned_min":"70","presenter":str(anna.tie_id),"body":"**x**"}); assert r.status_code == 303, r.text
    t = get(u+"/agenda")
    import re
    ids = re.findall(r"items/(\d+)/remove", t)
    r = b.post(u+f"/items/{ids[1]}/move", data={"steps":"-1"}); assert r.status_code == 303, r.text
    get(u+f"/items/{ids[1]}"); get(u+f"/items/{ids[1]}/remove"); get(u+f"/items/{ids[1]}/move/up")
    get(u+"/publish"); get(u+"/cancel"); 
    r = b.post(u+"/publish"); assert r.status_code==303, r.text
    print(get(u))
    get(u+"/move"); get(u+"/edit"); get(u+"/agenda"); get(u+"/minutes"); get(u+"/transcript"); get(u+"/statement"); get(u+"/closing")
    r = b.post(u+f"/items/{ids[1]}", data={"title":"Nieuw","purpose":"decide","planned_min":"7","presenter":"0","body":"", "version":"1","reason":"Omdat het moet"}); assert r.status_code == 303, r.text
    get(u); get("/notifications")
    b2=sign_in(bram); print(b2.get("/notifications").text[-3000:])
    r = b2.post(u+"/answer", data={"answer":"yes","via":"online","remark":"later"}); assert r.status_code==303
    get(u)
    from app.meetings import queries
    m = queries.get_meeting(anna, int(u.rsplit("/",1)[1]))
    clock.set(m.starts_at)
    come_in(anna, m)
    service.open_meeting(anna, m)
    get(u); get(u+"/closing"); get("/agenda")
    end_items(m); get(u+"/closing")
    block = text_on(m, "Nieuw").id
    r=b.post(u+f"/minutes/{block}/write"); assert r.status_code==303
    get(u+f"/minutes/{block}"); get(u+"/minutes")
    r=b2.get(u+f"/minutes/{block}"); assert r.status_code==403
    r=b.post(u+f"/minutes/{block}", data={"body":"Tekst","base_version":"1"}); assert r.status_code==303, r.text
    r=b.post(u+f"/minutes/{block}", data={"body":"Tekst 2","base_version":"1"}); assert r.status_code==409, r.text
    service.close_meeting(anna, m)
    t=get(u+"/minutes"); print(t); get(u+"/transcript"); get(u)
