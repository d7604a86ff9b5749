"""Write the goldens anew: `python -m tests.tools.regen_goldens`, then read the diff before you commit it."""

import shutil
import sys

from tests.generated.goldens import FOLDER, keep, rendered
from tests.generated.recipes import GOLDENS


def regenerate() -> None:
    names = {str(recipe) for recipe in GOLDENS}
    for folder in FOLDER.iterdir():
        if folder.name not in names:
            shutil.rmtree(folder)
    for recipe in GOLDENS:
        texts = rendered(recipe)
        keep(texts, FOLDER / str(recipe))
        sys.stdout.write(f"{recipe}: {len(texts)} files\n")


if __name__ == "__main__":
    regenerate()
