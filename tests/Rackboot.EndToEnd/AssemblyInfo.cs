// Two cores and emulated machines: one rack at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
