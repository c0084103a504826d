"""What Runnel costs beside other ways to show the same answers, each in a terminal of its own."""
