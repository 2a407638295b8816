using Rackboot.Core.Events;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Reports;
using Rackboot.Ipmi;

namespace Rackboot.Core.Power.Drivers;

/// <summary>Finds out once what a BMC speaks, remembers it, and speaks that: Redfish if it answers, else IPMI.</summary>
public sealed class AutoPower(BmcContact contact, IpmiSocket socket) : IPowerController
{
    private static readonly TimeSpan ProbeFor = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _finding = new(1, 1);
    private IPowerController? _found;

    public bool ReadsState => true;

    public bool WaitsItself => true;

    public IBmcReports? Reports => _found?.Reports;

    public async Task<PowerState> ReadStateAsync(CancellationToken cancel) =>
        await (await FindAsync(cancel).ConfigureAwait(false)).ReadStateAsync(cancel).ConfigureAwait(false);

    public async Task SwitchAsync(PowerSwitch to, CancellationToken cancel) =>
        await (await FindAsync(cancel).ConfigureAwait(false)).SwitchAsync(to, cancel).ConfigureAwait(false);

    public async Task SetBootOnceAsync(BootTarget target, CancellationToken cancel) =>
        await (await FindAsync(cancel).ConfigureAwait(false)).SetBootOnceAsync(target, cancel).ConfigureAwait(false);

    public async Task CheckBootAsync(BootTarget target, CancellationToken cancel) =>
        await (await FindAsync(cancel).ConfigureAwait(false)).CheckBootAsync(target, cancel).ConfigureAwait(false);

    public async Task<BootOverride> ReadBootAsync(CancellationToken cancel) =>
        await (await FindAsync(cancel).ConfigureAwait(false)).ReadBootAsync(cancel).ConfigureAwait(false);

    public async Task IdentifyAsync(TimeSpan duration, CancellationToken cancel) =>
        await (await FindAsync(cancel).ConfigureAwait(false)).IdentifyAsync(duration, cancel).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        if (_found is { } found)
            await found.DisposeAsync().ConfigureAwait(false);
        _finding.Dispose();
    }

    /// <summary>The driver that fits.</summary>
    internal async Task<IPowerController> FindAsync(CancellationToken cancel)
    {
        await _finding.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return _found ??= contact.Memory.Speaks switch
            {
                BmcDriver.Redfish => new RedfishPower(contact),
                BmcDriver.Ipmi => new IpmiPower(contact, socket),
                _ => await ProbeAsync(cancel).ConfigureAwait(false),
            };
        }
        finally
        {
            _finding.Release();
        }
    }

    private async Task<IPowerController> ProbeAsync(CancellationToken cancel)
    {
        var redfish = new RedfishPower(contact);
        if (await RedfishAnswersAsync(redfish, cancel).ConfigureAwait(false))
            return Learn(redfish, BmcDriver.Redfish);
        await redfish.DisposeAsync().ConfigureAwait(false);
        var ipmi = new IpmiPower(contact, socket);
        if (await ipmi.AnswersAsync(cancel).ConfigureAwait(false))
            return Learn(ipmi, BmcDriver.Ipmi);
        await ipmi.DisposeAsync().ConfigureAwait(false);
        throw new PowerException(PowerFailure.NoAnswer, $"{contact.Spec.Address} answers neither Redfish (TCP 443) nor IPMI (UDP 623); is "
            + "its address right, and does its network reach this host?");
    }

    private async Task<bool> RedfishAnswersAsync(RedfishPower redfish, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(ProbeFor, contact.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            return await redfish.AnswersAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return false;
        }
    }

    private IPowerController Learn(IPowerController found, BmcDriver speaks)
    {
        contact.Memory.Speaks = speaks;
        contact.Tell("bmc.found", Level.Info, $"{contact.Spec.Address} speaks {EnumWord.Of(speaks)}");
        return found;
    }
}
