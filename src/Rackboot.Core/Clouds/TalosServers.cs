using System.Net;
using System.Text;
using Rackboot.Cloud;
using Rackboot.Talos.Api;
using Rackboot.Talos.Secrets;

namespace Rackboot.Core.Clouds;

/// <summary>Talos on servers at providers, in maintenance mode: trusts the host at the address that the provider reports, because a new
/// server has no stronger identity.</summary>
public sealed class TalosServers(TimeProvider time) : ICloudNodes
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public async Task<string?> ConfigureAsync(IPAddress server, Secret configuration, CancellationToken cancel)
    {
        var trust = NodeTrust.FirstUse();
        using var client = TalosClient.Connect(server.ToString(), trust, time: time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Limit);
        try
        {
            var text = new SecretText(Encoding.UTF8.GetString(configuration.Reveal().Span));
            await client.Machine.ApplyConfigurationAsync(text, ApplyMode.Auto, limit.Token).ConfigureAwait(false);
            return trust.Fingerprint ?? "";
        }
        catch (TalosApiException e) when (e.Failure is TalosFailure.Unreachable or TalosFailure.TimedOut or TalosFailure.NotReady)
        {
            return null;
        }
        catch (TalosApiException e)
        {
            throw new CloudException(e.Failure == TalosFailure.Untrusted ? CloudFailure.WrongState : CloudFailure.Rejected, e.Message, e);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }
}
