// The time of day, as the association has it.

const lang = document.documentElement.lang;
const timeZone = document.querySelector("[data-zone]").dataset.zone; // that of the association, wherever one sits
const clock = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", timeZone });

/** "14:22", of milliseconds or an ISO time. */
export const clockTime = (moment) => clock.format(new Date(moment));
