namespace Rackboot.Talos.Api;

/// <summary>A service of Talos: <c>etcd</c>, <c>kubelet</c>, <c>apid</c> and so on.</summary>
/// <param name="State"><c>Running</c>, <c>Waiting</c>, <c>Preparing</c>, <c>Failed</c>, <c>Finished</c>.</param>
/// <param name="Healthy">Null if the service has no health check.</param>
/// <param name="Message">The last message of its health check.</param>
public sealed record ServiceState(string Id, string State, bool? Healthy, string Message);
