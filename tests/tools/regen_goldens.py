"""Write the goldens and their line counts anew: `python -m tests.tools.regen_goldens`, then read the diff."""

import shutil
import sys

from tests.generated.goldens import FOLDER, keep, rendered
from tests.generated.recipes import GOLDENS
from tests.tools.lines import PAGE, renewed_page


def regenerate() -> None:
    names = {str(recipe) for recipe in GOLDENS}
    for folder in FOLDER.iterdir():
        if folder.name not in names:
            shutil.rmtree(folder)
    for recipe in GOLDENS:
        texts = rendered(recipe)
        keep(texts, FOLDER / str(recipe))
        sys.stdout.write(f"{recipe}: {len(texts)} files\n")
    PAGE.write_text(renewed_page(), "utf-8")


if __name__ == "__main__":
    regenerate()
