"""The full-screen application. Everything that draws is here and nowhere else."""
