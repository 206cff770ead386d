// Everything in this page comes to life.

{
  const root = document.querySelector("article");
  if (root) {
    startVeil(root);
    startFrames(root);
    startQuizzes(root);
    startProgress(root);
    startFits(root);
    startScrolls(root);
    startDrawers();
    startTheme();
  }
}
