"""The derivations that students write: given lines, notation, random problems, and what any way through passes."""
