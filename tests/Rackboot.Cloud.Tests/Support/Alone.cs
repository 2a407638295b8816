namespace Rackboot.Cloud.Tests.Support;

/// <summary>Tests that measure: nothing else of this process runs beside them.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
