"""Speed and memory as ratios measured in one run. `classguard bench` lists what there is."""
