using Rackboot.Ipmi.Commands;

namespace Rackboot.Ipmi;

/// <summary>
/// A channel that asks again when the BMC says that it is busy, is starting up or ran out of time (completion codes C0h, C3h, D0h, D2h;
/// IPMI 2.0 §5.2). Commands that are not repeatable are asked once, except after "node busy", which says that nothing was done.
/// </summary>
/// <param name="channel">Where to ask.</param>
/// <param name="clock">What the pauses are measured with.</param>
/// <param name="most">How often to ask at most: 1 to 20.</param>
/// <param name="pause">Before the second time; doubled after each further one.</param>
public sealed class PatientChannel(IIpmiChannel channel, TimeProvider clock, int most = 4, TimeSpan? pause = null) : IIpmiChannel
{
    public async ValueTask<IpmiResponse> SendAsync(IpmiRequest request, CancellationToken cancellation)
    {
        var wait = pause ?? TimeSpan.FromMilliseconds(250);
        for (var asked = 1; ; asked++, wait *= 2)
        {
            var response = await channel.SendAsync(request, cancellation).ConfigureAwait(false);
            if (asked >= Math.Clamp(most, 1, 20) || !MayPass(response.CompletionCode, request.Repeatable))
                return response;
            await Task.Delay(wait, clock, cancellation).ConfigureAwait(false);
        }
    }

    private static bool MayPass(byte code, bool repeatable) => code switch
    {
        CompletionCodes.NodeBusy => true,
        CompletionCodes.Timeout or CompletionCodes.SdrInUpdate or CompletionCodes.Initializing => repeatable,
        _ => false,
    };
}
