"""What people's Markdown becomes, and that a hostile text costs nobody but its writer."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import pytest
from markupsafe import Markup

from app.core import markup, markup_pool

CHILD = Path(markup.__file__).with_name("markup_child.py")
ROOT = CHILD.parents[2]
REL = 'rel="nofollow ugc noopener noreferrer"'
HOSTILE = "[" * 20_000
ANN, BEN, CEES, DORA = 1, 2, 3, 4

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc to count processes in")


@pytest.fixture
def fresh_pool():
    """Nobody is remembered as slow, and no child of an earlier test is left."""
    markup.close()
    markup._renderer = markup.Renderer()
    yield
    markup.close()


@pytest.fixture
def unhurried(monkeypatch):
    """For what must come out right also on a busy machine, where it may take longer."""
    monkeypatch.setattr(markup_pool, "SECONDS", 10)


def html(text, person_id=ANN):
    return str(markup.render(text, person_id=person_id)).strip()


def is_plain(answer):
    return answer.startswith('<pre class="plain">')


# The dialect


def test_what_ann_writes_comes_back_as_html_that_templates_do_not_escape_again():
    """DISC-15"""
    answer = markup.render("Dit is **belangrijk**.", person_id=ANN)

    assert isinstance(answer, Markup)
    assert answer == "<p>Dit is <strong>belangrijk</strong>.</p>"


def test_html_that_was_kept_in_the_database_is_shown_as_html():
    """DISC-15: rendered once, when written."""
    assert isinstance(markup.as_rendered("<p>x</p>"), Markup)
    assert markup.as_rendered("<p>x</p>") == "<p>x</p>"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Een\nTwee", "<p>Een<br>\nTwee</p>"),
        ("~~weg~~ H~2~O", "<p><del>weg</del> H~2~O</p>"),
        ("*zo* en `zus <b>`", "<p><em>zo</em> en <code>zus &lt;b&gt;</code></p>"),
        ("> ja\n\n---", "<blockquote>\n<p>ja</p>\n</blockquote>\n<hr>"),
        ("```python\na < b\n```", "<pre><code>a &lt; b</code></pre>"),
        ("``` {.py #kop onclick=x}\na\n```", "<pre><code>a</code></pre>"),
        ("    if a:\n        b", "<pre><code>if a:\n    b\n</code></pre>"),
        ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"),
        ("3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>'),
        ("1. a\n\n- b", "<ol>\n<li>a</li>\n</ol>\n<ul>\n<li>b</li>\n</ul>"),
        ("[^1] en [^1]: a", "<p>[^1] en [^1]: a</p>"),
        ("&copy; AT&T &lt;b&gt;", "<p>© AT&amp;T &lt;b&gt;</p>"),
        ("# a {#kop .groot}", "<h4>a {#kop .groot}</h4>"),
    ],
)
def test_ann_writes_plain_markdown(typed, shown):
    """DISC-15"""
    assert html(typed) == shown


def test_code_within_a_list_stays_within_its_item():
    """DISC-15: fenced code, also nested."""
    answer = html("- a\n\n    ```\n    b\n    ```")

    assert answer == "<ul>\n<li>\n<p>a</p>\n<pre><code>b</code></pre>\n</li>\n</ul>"


def test_headings_of_ann_stand_below_the_heading_of_her_post():
    """DISC-15: posts live under an h3."""
    typed = "# a\n\n## b\n\n### c\n\n#### d\n\n###### e\n\nf\n===\n\ng\n---"
    tags = [line[1:3] for line in html(typed).splitlines()]
    assert tags == ["h4", "h5", "h6", "h6", "h6", "h4", "h5"]


def test_a_table_of_ann_comes_in_a_box_that_can_scroll():
    """DISC-15"""
    answer = html("Voor\n\na | b | c\n--|:-:|--:\n1 | 2 | 3\n\nNa")

    assert '<p>Voor</p>\n<div class="table-box"><table class="table">' in answer
    assert '<th>a</th>\n<th align="center">b</th>\n<th align="right">c</th>' in answer
    assert answer.endswith("</table></div>\n<p>Na</p>")


def test_task_lists_of_ann_are_dead_check_boxes_with_their_words_as_label():
    """DISC-15; WCAG 1.3.1"""
    answer = html("- [ ] een **b**\n- [x] twee\n    - [ ] drie")

    assert answer.startswith('<ul class="task-list">\n<li class="task-list-item">')
    assert '<label><input type="checkbox" disabled=""> een <strong>b</strong></label></li>' in answer
    assert '<label><input type="checkbox" disabled="" checked=""> twee</label><ul' in answer
    assert answer.count("<input") == answer.count('disabled=""') == 3


def test_task_lists_with_white_lines_have_their_label_in_the_paragraph():
    """DISC-15"""
    answer = html("- [ ] een\n\n- [x] twee\n\n    meer")

    assert '<p><label><input type="checkbox" disabled="" checked=""> twee</label></p>\n<p>meer</p>' in answer


@pytest.mark.parametrize(
    ("typed", "address", "words"),
    [
        ("zie https://www.nen.nl/a_b_c.", "https://www.nen.nl/a_b_c", "https://www.nen.nl/a_b_c"),
        ("(https://a.nl/wiki/Brink_(plein))", "https://a.nl/wiki/Brink_(plein)", "https://a.nl/wiki/Brink_(plein)"),
        ("https://a.nl/((x)))", "https://a.nl/((x))", "https://a.nl/((x))"),
        ("www.drenthe.nl", "http://www.drenthe.nl", "www.drenthe.nl"),
        ("<http://a.nl/?b=1&c=2>", "http://a.nl/?b=1&amp;c=2", "http://a.nl/?b=1&amp;c=2"),
        ("[de site](HTTPS://a.nl)", "HTTPS://a.nl", "de site"),
        ('[de site](http://a.nl "titel")', "http://a.nl", "de site"),
        ("[de site][1]\n\n[1]: http://a.nl", "http://a.nl", "de site"),
        ("[](http://a.nl)", "http://a.nl", "http://a.nl"),
    ],
)
def test_links_to_elsewhere_get_a_rel_and_nothing_else(typed, address, words):
    """DISC-15"""
    assert f'<a href="{address}" {REL}>{words}</a>' in html(typed)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("[b](/groups/energie?a=1#c)", '<p><a href="/groups/energie?a=1#c">b</a></p>'),
        ("[b](#kop)", '<p><a href="#kop">b</a></p>'),
        ("ann@brink.nl", '<p><a href="mailto:ann@brink.nl">ann@brink.nl</a></p>'),
        ("<ann@brink.nl>", '<p><a href="mailto:ann@brink.nl">ann@brink.nl</a></p>'),
        ("[Ann](mailto:ann@brink.nl)", '<p><a href="mailto:ann@brink.nl">Ann</a></p>'),
    ],
)
def test_links_within_the_site_and_to_a_person_have_no_rel(typed, shown):
    """DISC-15"""
    assert html(typed) == shown


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)", "JaVaScript:alert(1)", "javascript&#58;alert(1)", "javascript&colon;alert(1)",
        "java\\script:x", "&#1;javascript:x", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
        "tel:112", "ftp://a.nl", "//evil.nl", "/\\evil.nl", "/&#9;/evil.nl", "&#47;&#47;evil.nl",
        "/&#x202e;/evil.nl", "\\\\evil.nl", "evil.html", "?a=b", "https:evil.nl", "./x", "<http://a b>",
    ],
)  # fmt: skip
def test_a_link_to_anywhere_else_leaves_only_its_words(address):
    """DISC-15: http, https, mailto, and addresses of our own."""
    assert html(f"[klik]({address})") == "<p>klik</p>"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("![de haven](http://a.nl/h.png)", f'<p><a href="http://a.nl/h.png" {REL}>de haven</a></p>'),
        ("![](http://a.nl/h.png)", f'<p><a href="http://a.nl/h.png" {REL}>http://a.nl/h.png</a></p>'),
        ("![haven][1]\n\n[1]: /h.png", '<p><a href="/h.png">haven</a></p>'),
        ("[![haven](http://a.nl/h.png)](/b)", '<p><a href="/b">haven</a></p>'),
        ("![haven](data:image/png;base64,AA)", "<p>haven</p>"),
    ],
)
def test_a_picture_becomes_a_link(typed, shown):
    """DISC-15: no picture is fetched from another site."""
    assert html(typed) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("![de haven](/documents/12/file)",
         '<p><img alt="de haven" loading="lazy" src="/documents/12/file?inline"></p>'),
        ('![a" onload="b](/documents/1/file "titel")',
         '<p><img alt="a&quot; onload=&quot;b" loading="lazy" src="/documents/1/file?inline"></p>'),
        ("![x](/documents/12/file?inline)", '<p><a href="/documents/12/file?inline">x</a></p>'),
        ("![x](/documents/12/file/../../logout)", '<p><a href="/documents/12/file/../../logout">x</a></p>'),
        ("![x](//documents/12/file)", "<p>x</p>"),
        ("![x](/documents/x/file)", '<p><a href="/documents/x/file">x</a></p>'),
    ],
)
def test_a_document_of_ours_is_the_one_picture_that_is_shown(typed, shown):
    """DOC-35, decisions 33"""
    assert html(typed) == shown


@pytest.mark.parametrize(
    "typed",
    [
        "<b>vet</b>", "<script>alert(1)</script>", '<img src=x onerror="alert(1)">', "<!-- weg -->",
        "<?php x ?>", "<div>\n\n*a*\n\n</div>", '<a href="javascript:x">y</a>', "<svg/onload=x>",
        "<style>p {}</style>",
    ],
)  # fmt: skip
def test_tags_that_ann_types_are_shown_as_text(typed):
    """DISC-15: shown, not dropped."""
    answer = html(f"Zo: {typed}\n\n{typed}")

    assert set(_tags_in(answer)) <= {"p", "br", "em"}
    assert answer.count(str(Markup.escape(typed.split("\n")[0][:5]))) == 2


def _tags_in(answer):
    return [part.split(">")[0].split()[0].strip("/") for part in answer.split("<")[1:]]


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("a\x00b\x02amp\x03\x7f\x85c\td", "<p>abampc  d</p>"),
        ("a\ud800b", "<p>a\ufffdb</p>"),
        ("a\u202eb\u2066c\u200fd", "<p>abc\u200fd</p>"),
        ("a&#8238;b&#x0000202E;c&#1;d", "<p>abcd</p>"),
        ("`&#8238;`", "<p><code>&amp;#8238;</code></p>"),
        ("a\r\nb\rc", "<p>a<br>\nb<br>\nc</p>"),
        (" \n\x00", ""),
        ("", ""),
    ],
)
def test_signs_that_nobody_sees_are_taken_out(typed, shown):
    """DISC-15; trust.md: control characters, lone surrogates, bidi overrides."""
    assert html(typed) == shown


# The limits


@pytest.mark.usefixtures("unhurried")
def test_a_text_above_the_limit_is_refused():
    """trust.md: hard limits on length."""
    with pytest.raises(ValueError, match="40000"):
        markup.render("a" * 40_001, person_id=ANN)
    assert not is_plain(html("a " * 20_000))


@pytest.mark.usefixtures("unhurried")
def test_a_text_whose_html_is_much_longer_than_itself_is_shown_as_typed():
    """trust.md: at most 400 kB of HTML."""
    reference = f"\n\n[a]: http://a.nl/{'a' * 300}"

    assert is_plain(html("[a], " * 1_500 + reference))
    assert not is_plain(html("[a], " * 500 + reference))


def test_a_text_that_is_nested_too_deep_is_shown_as_typed():
    """trust.md: hard limits on nesting."""
    assert is_plain(html("> " * 70 + "a"))
    assert not is_plain(html("> " * 50 + "a"))


@pytest.mark.slow
def test_a_hostile_text_is_shown_as_typed_within_the_second():
    """decisions.md 10"""
    began_at = time.monotonic()
    answer = html("<b>&\n" + HOSTILE)

    assert answer == '<pre class="plain">&lt;b&gt;&amp;\n' + HOSTILE + "</pre>"
    assert time.monotonic() - began_at < 1.5  # a second, and room for a busy machine


def test_what_ann_wrote_before_does_not_reach_the_text_of_ben():
    """trust.md rule 2: addresses that Ann defined stay hers, also where the same child does both."""
    html("[geheim]\n\n[geheim]: https://a.nl/geheim", ANN)

    assert html("[geheim]", BEN) == "<p>[geheim]</p>"


# Others. From here on each test begins with nothing running.


@pytest.mark.usefixtures("fresh_pool")
def test_the_first_text_on_a_busy_machine_is_no_plain_text_because_the_children_came_late(monkeypatch, tmp_path):
    """decisions.md 10: who restarts a server in the middle of a meeting spoils nobody's words."""
    slow = tmp_path / "python"
    slow.write_text(f'#!/bin/sh\nsleep 1.2\nexec {sys.executable} "$@"\n')
    slow.chmod(0o755)
    monkeypatch.setattr(markup_pool.sys, "executable", str(slow))

    assert html("*hoi*", ANN) == "<p><em>hoi</em></p>"


class _Hostile(threading.Thread):
    """A person who sends hostile texts, one after another, until told to stop."""

    def __init__(self, person_id, times=1):
        super().__init__(daemon=True)
        self.person_id, self.times, self.answers = person_id, times, []
        self.start()

    def run(self):
        for _ in range(self.times):
            self.answers.append(html(HOSTILE, self.person_id))


@pytest.mark.usefixtures("fresh_pool")
@pytest.mark.slow
def test_ben_gets_his_answers_before_the_hostile_text_of_ann_is_given_up():
    """decisions.md 10: a hostile text never blocks other users."""
    markup.warm_up()
    ann = _Hostile(ANN)
    answers = [html("*hoi*", BEN) for _ in range(20)]

    assert ann.is_alive()
    assert set(answers) == {"<p><em>hoi</em></p>"}
    ann.join()
    assert is_plain(ann.answers[0])


@pytest.mark.usefixtures("fresh_pool")
@pytest.mark.slow
def test_three_hostile_people_at_once_do_not_keep_dora_from_her_html(caplog):
    """decisions.md 10: with all places taken, one who takes long gives way, and no more than one."""
    markup.warm_up()
    three = [_Hostile(person) for person in (ANN, BEN, CEES)]
    _wait_until(lambda: _people_in_children() == {ANN, BEN, CEES})

    assert html("*hoi*", DORA) == "<p><em>hoi</em></p>"
    _join(three)
    assert caplog.text.count("took too long while others waited") == 1


@pytest.mark.usefixtures("fresh_pool")
@pytest.mark.slow
def test_people_with_hostile_texts_share_one_place_from_then_on():
    """decisions.md 10: however many they are, two places stay free."""
    markup.warm_up()
    _join([_Hostile(person) for person in (ANN, BEN, CEES)])
    again = [_Hostile(person) for person in (ANN, BEN, CEES)]
    _wait_until(_people_in_children)

    while any(person.is_alive() for person in again):
        assert len(_people_in_children()) <= 1
        assert html("*hoi*", DORA) == "<p><em>hoi</em></p>"


@pytest.mark.usefixtures("fresh_pool")
@pytest.mark.slow
def test_the_next_text_of_ann_waits_for_her_hostile_one():
    """decisions.md 10: one hostile job per person at a time."""
    markup.warm_up()
    ann = _Hostile(ANN)
    time.sleep(0.4)

    assert html("*hoi*", ANN) == "<p><em>hoi</em></p>"
    ann.join(timeout=0.2)  # had hers not waited, the hostile one would go on for longer
    assert not ann.is_alive()


@needs_proc
@pytest.mark.usefixtures("fresh_pool")
@pytest.mark.slow
def test_there_are_never_more_than_four_processes():
    """decisions.md 10: three children, and the mother who makes them."""
    assert _family() == []
    writers = [_Hostile(person, times=2) for person in range(10)]
    most = 0
    while any(writer.is_alive() for writer in writers):
        html("*hoi*", DORA + 100)
        most = max(most, len(_family()))

    assert 2 <= most <= 4


@pytest.mark.usefixtures("fresh_pool")
def test_four_hundred_people_at_once_all_get_an_answer():
    """stack.md: 400 threads."""
    markup.warm_up()
    answers = []
    threads = [threading.Thread(target=lambda i=i: answers.append(html(f"*{i}*", i))) for i in range(400)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)

    assert len(answers) == len(set(answers)) == 400
    assert any(answer.startswith("<p><em>") for answer in answers)


# The children


@pytest.mark.slow
@needs_proc
@pytest.mark.parametrize("victims", [slice(0, 1), slice(1, 2), slice(0, 2)], ids=["mother", "child", "both"])
@pytest.mark.usefixtures("fresh_pool", "unhurried")
def test_ann_notices_nothing_when_a_process_was_killed(victims):
    """trust.md: degraded, not down."""
    markup.warm_up()
    killed = _family()[victims]
    for process in killed:
        os.kill(process, signal.SIGKILL)
    _wait_until(lambda: not set(killed) & set(_family()))

    assert html("*hoi*") == "<p><em>hoi</em></p>"


@pytest.mark.usefixtures("fresh_pool")
def test_when_no_child_can_be_started_texts_are_shown_as_typed(monkeypatch):
    """trust.md: degraded, not down."""
    monkeypatch.setattr(markup_pool.sys, "executable", "/nowhere/python")

    assert html("*hoi*") == '<pre class="plain">*hoi*</pre>'


@needs_proc
@pytest.mark.usefixtures("fresh_pool")
def test_nothing_is_left_after_close():
    """decisions.md 10"""
    markup.warm_up()
    assert len(_family()) == 2
    markup.close()
    assert _family() == []


def test_nothing_is_started_before_the_first_text():
    """decisions.md 10: started on first use."""
    program = """
        from app.core import markup
        print(markup._renderer._family._mother)
    """
    assert _run(program).stdout == "None\n"


@pytest.mark.slow
@needs_proc
@pytest.mark.parametrize("death", ["os._exit(0)", "os.kill(os.getpid(), 9)", "sys.exit()"])
@pytest.mark.usefixtures("fresh_pool")
def test_children_end_with_their_parent_also_in_the_middle_of_a_hostile_text(death):
    """trust.md: a killable worker process."""
    program = f"""
        import os, sys, threading, time
        from app.core import markup
        markup.warm_up()
        hostile = lambda: markup.render("[" * 20000, person_id=1)
        threading.Thread(target=hostile, daemon=True).start()
        time.sleep(0.2)
        print(markup._renderer._family._mother.pid, flush=True)
        {death}
    """
    mother = int(_run(program).stdout)

    _wait_until(lambda: not Path(f"/proc/{mother}").exists() or _state(mother) == "Z")
    assert [process for process in _processes() if _group(process) == mother and _state(process) != "Z"] == []


@pytest.mark.usefixtures("fresh_pool")
def test_a_process_that_forked_makes_children_of_its_own():
    """stack.md: gunicorn forks."""
    program = """
        import os
        from app.core import markup, markup_pool
        markup_pool.SECONDS = 10
        markup.warm_up()
        mother = lambda: markup._renderer._family._mother.pid
        of_parent = mother()
        if os.fork() == 0:
            print(markup.render("*kind*", person_id=1), mother() != of_parent, flush=True)
            markup.close()
            os._exit(0)
        os.wait()
        print(markup.render("*ouder*", person_id=1), mother() == of_parent)
    """
    assert _run(program).stdout == "<p><em>kind</em></p> True\n<p><em>ouder</em></p> True\n"


@pytest.mark.usefixtures("fresh_pool")
def test_the_child_loads_neither_the_app_nor_flask():
    """decisions.md 10: at rest counts the whole process tree."""
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-I", "-c", f"import runpy; runpy.run_path({str(CHILD)!r})"],
        capture_output=True, text=True, check=True,
    ).stderr  # fmt: skip
    packages = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in loaded.splitlines()}

    assert {"markdown", "nh3", "pymdownx"} <= packages
    assert not packages & {"app", "flask", "werkzeug", "sqlalchemy", "jinja2"}


@needs_proc
@pytest.mark.usefixtures("fresh_pool")
def test_the_children_know_none_of_our_secrets(monkeypatch):
    """trust.md rule 11"""
    monkeypatch.setenv("SECRET_KEY", "zeer-geheim")
    html("hoi")

    for process in _family():
        assert b"SECRET_KEY" not in Path(f"/proc/{process}/environ").read_bytes()


# Helpers


def _run(program):
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True, timeout=30,
    )  # fmt: skip


def _wait_until(holds, seconds=5):
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.005)


def _join(threads):
    for thread in threads:
        thread.join(timeout=10)
        assert not thread.is_alive()


def _family():
    """The mother and the living children of this process's renderer, mother first."""
    return sorted(
        process for process in _processes()
        if _is_ours(process) and _state(process) not in ("Z", None)
    )  # fmt: skip


def _people_in_children():
    return {turn.person_id for turn in markup._renderer._line._running}


def _is_ours(process):
    mother = markup._renderer._family._mother
    return mother is not None and _group(process) == mother.pid


def _processes():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


def _state(process):
    return _stat(process)[0]


def _group(process):
    return int(_stat(process)[2] or 0)


def _stat(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return [None, None, None]


def test_a_text_longer_than_one_may_be_is_rendered_in_pieces_between_paragraphs():
    """DOC-35: a page has 400,000 characters; a fenced block stays whole."""
    paragraph, block = "Een alinea met **vet**.\n\n" * 1500, "```\n" + "regel\n\n" * 1000 + "```\n\n"
    text = paragraph + block + paragraph
    made = str(markup.render_long(text, person_id=None))
    assert len(text) > markup.MAX_LENGTH
    assert made.count("<strong>vet</strong>") == 3000
    assert made.count("<pre>") == 1
    assert "<p>regel" not in made


def test_the_headings_of_a_page_stand_right_under_its_title():
    """DOC-35, look: no level is skipped."""
    made = str(markup.render_long("# Een\n\n## Twee\n\n`<h4>`", person_id=None))
    assert "<h2>Een</h2>" in made
    assert "<h3>Twee</h3>" in made
    assert "&lt;h4&gt;" in made


def test_a_long_text_without_an_empty_line_is_rendered_whole():
    made = str(markup.render_long("woord " * 15_000, person_id=None))
    assert made.count("w") == 15_000  # a word may be cut in two
