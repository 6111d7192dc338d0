// Passkeys exist only where the browser knows them and the site has a name; what fails is said on the page.
const hasName = !/^[\d.]+$|:/.test(window.location.hostname);

if (window.PublicKeyCredential && hasName) {
  for (const part of document.querySelectorAll("[data-needs-script]")) part.hidden = false;
}

const address = document.querySelector("[data-passkey-address]");
if (address) address.hidden = hasName;

const problem = document.querySelector("[data-passkey-error]");
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  if (problem) problem.hidden = false;
});
