"""Sample data: what solutions state and make up under data/, loaded through the kernel as any other record."""

from newel.runtime.samples.loading import Loaded, load
from newel.runtime.samples.signing_in import SignIn, sign_ins

__all__ = ["Loaded", "SignIn", "load", "sign_ins"]
