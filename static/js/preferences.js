/* Text size and light or dark, remembered in cookies so that the server draws the next page right from the start. */
(function () {
	"use strict";
	var root = document.documentElement;
	root.dataset.js = "";

	function remember(name, value) {
		document.cookie = name + "=" + value + "; path=/; max-age=31536000; samesite=lax";
	}

	function isDark() {
		return root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
	}

	function show() {
		document.querySelectorAll("[data-set-size]").forEach(function (button) {
			button.setAttribute("aria-pressed", String(button.value === (root.dataset.size || "m")));
		});
		document.querySelectorAll("[data-set-theme]").forEach(function (button) {
			button.setAttribute("aria-pressed", String(isDark()));
		});
	}

	function setPreference(button) {
		if ("setSize" in button.dataset) {
			root.dataset.size = button.value;
			remember("size", button.value);
		} else {
			root.dataset.theme = isDark() ? "light" : "dark";
			remember("theme", root.dataset.theme);
		}
		show();
	}

	function copy(button) {
		var box = document.getElementById(button.dataset.copy);
		box.focus();
		box.select();
		if (navigator.clipboard) navigator.clipboard.writeText(box.value);
		else document.execCommand("copy"); // pages on plain http have no clipboard
		button.lastChild.textContent = button.dataset.done;
	}

	/* A toast stays 10 seconds, and as long as someone is pointing at it or standing in it. One that offers a way back
	   stays until it is closed: who goes there by keyboard needs more time (WCAG 2.2.1). */
	function fade(toast) {
		if (toast.matches(":hover, :focus-within")) setTimeout(fade, 3000, toast);
		else toast.remove();
	}

	document.addEventListener("DOMContentLoaded", function () {
		show();
		document.querySelectorAll(".toasts .toast:not(:has(form))").forEach(function (toast) { setTimeout(fade, 10000, toast); });
	});

	document.addEventListener("click", function (event) {
		var button = event.target.closest("[data-set-size], [data-set-theme], [data-close], [data-copy]");
		if (!button) return;
		event.preventDefault();
		if ("close" in button.dataset) button.closest(".toast").remove();
		else if ("copy" in button.dataset) copy(button);
		else setPreference(button);
	});

	if (!/(^|; )js=1/.test(document.cookie)) remember("js", "1");
})();
