namespace Rackboot.Ipmi;

/// <summary>
/// A way to ask one BMC: an authenticated RMCP+ session, or in tests a script of answers. The commands (chassis, sensors, SEL, FRU, ...)
/// stand on this alone and know nothing of sessions.
/// </summary>
public interface IIpmiChannel
{
    /// <summary>Sends one command and waits for its answer.</summary>
    /// <exception cref="IpmiException">No answer in time, or the session is gone. A completion code other than 0 is an answer, not an
    /// exception.</exception>
    ValueTask<IpmiResponse> SendAsync(IpmiRequest request, CancellationToken cancellation);
}
