// The page that was asked for says in its address's fragment what it shows; it is kept on the way through this form.

const form = /** @type {HTMLFormElement} */ (document.querySelector(".login"));
form.action += location.hash;
