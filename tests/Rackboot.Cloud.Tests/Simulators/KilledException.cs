namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>The process is no more; nothing of it may run after this but the test.</summary>
internal sealed class KilledException : OperationCanceledException;
