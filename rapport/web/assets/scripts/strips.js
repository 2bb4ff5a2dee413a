// Tabs and sections that don't fit beside each other scroll sideways: where one stands is in sight.
for (const current of document.querySelectorAll(".tabs [aria-current], .segments [aria-current], .settings > nav [aria-current]")) {
  const strip = current.parentElement;
  const [inner, outer] = [current.getBoundingClientRect(), strip.getBoundingClientRect()];
  strip.scrollLeft += inner.left - outer.left - (outer.width - inner.width) / 2;
}
