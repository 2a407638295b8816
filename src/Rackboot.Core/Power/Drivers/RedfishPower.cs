using System.Security.Cryptography.X509Certificates;
using System.Text;
using Rackboot.Core.Events;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Reports;
using Rackboot.Redfish;

namespace Rackboot.Core.Power.Drivers;

/// <summary>A machine whose BMC speaks Redfish.</summary>
public sealed class RedfishPower(BmcContact contact) : IPowerController
{
    private readonly RedfishService _service = new(Options(contact), contact.Time);
    private RedfishReports? _reports;
    private ITimer? _lampOut;

    internal BmcContact Contact => contact;

    public bool ReadsState => true;

    public bool WaitsItself => true;

    public IBmcReports Reports => _reports ??= new RedfishReports(this, _service, contact);

    public Task<PowerState> ReadStateAsync(
        CancellationToken cancel) => AskAsync(async () => await _service.Power.ReadStateAsync(cancel).ConfigureAwait(false) switch
    {
        RedfishPowerState.On or RedfishPowerState.PoweringOff or RedfishPowerState.Paused => PowerState.On,
        RedfishPowerState.Off or RedfishPowerState.PoweringOn => PowerState.Off,
        _ => PowerState.Unknown,
    });

    public Task SwitchAsync(PowerSwitch to, CancellationToken cancel) => AskAsync(() => _service.Power.SetAsync(to switch
    {
        PowerSwitch.On => RedfishPowerAction.On,
        PowerSwitch.Off => RedfishPowerAction.Off,
        PowerSwitch.Reset => RedfishPowerAction.Reset,
        _ => RedfishPowerAction.SoftOff,
    }, to == PowerSwitch.Soft ? contact.Settings.Shutdown : contact.Settings.Switch, cancel));

    public Task CheckBootAsync(BootTarget target, CancellationToken cancel) => target == BootTarget.Http
        ? AskAsync(() => HttpBootAsync(cancel))
        : Task.CompletedTask;

    public Task SetBootOnceAsync(BootTarget target, CancellationToken cancel) => AskAsync(async () =>
    {
        var wanted = target switch
        {
            BootTarget.Http => await HttpBootAsync(cancel).ConfigureAwait(false),
            BootTarget.Network => new RedfishBootOverride(RedfishBootTarget.Pxe, RedfishBootDuration.Once),
            BootTarget.Disk => new RedfishBootOverride(RedfishBootTarget.Hdd, RedfishBootDuration.Once),
            _ => new RedfishBootOverride(RedfishBootTarget.BiosSetup, RedfishBootDuration.Once),
        };
        try
        {
            return await _service.Boot.SetAsync(wanted, cancel).ConfigureAwait(false);
        }
        catch (RedfishException e) when (wanted.HttpBootUri is not null
            && (e.Failure is RedfishFailure.NotSupported or RedfishFailure.Refused))
        {
            // Others of its family take a URL, and this one none: firmware without a URL asks DHCP.
            return await _service.Boot.SetAsync(wanted with { HttpBootUri = null }, cancel).ConfigureAwait(false);
        }
    });

    public Task<BootOverride> ReadBootAsync(CancellationToken cancel) => AskAsync(async () =>
    {
        var now = (await _service.Boot.ReadAsync(cancel).ConfigureAwait(false)).Override;
        BootTarget? target = now.Duration == RedfishBootDuration.Disabled ? null : now.Target switch
        {
            RedfishBootTarget.Pxe => BootTarget.Network,
            RedfishBootTarget.UefiHttp => BootTarget.Http,
            RedfishBootTarget.Hdd => BootTarget.Disk,
            RedfishBootTarget.BiosSetup => BootTarget.Bios,
            _ => null,
        };
        return new BootOverride(target, now.Duration == RedfishBootDuration.Disabled
            ? "no override"
            : $"{now.Target} {now.Duration}{(now.Mode is { } mode ? $" ({mode})" : "")}{(now.HttpBootUri is { } uri ? $" {uri}" : "")}");
    });

    /// <remarks>Redfish knows no time limit: the lamp is put out from here, at the latest when the connection is let go.</remarks>
    public async Task IdentifyAsync(TimeSpan duration, CancellationToken cancel)
    {
        await AskAsync(async () =>
        {
            await _service.Lamp.SetAsync(lit: true, cancel).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        var timer = contact.Time.CreateTimer(_ => _ = PutOutAsync(), null, duration, Timeout.InfiniteTimeSpan);
        Interlocked.Exchange(ref _lampOut, timer)?.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (_lampOut is not null)
            await PutOutAsync().ConfigureAwait(false);
        await _service.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Whether a Redfish service answers there; nothing is logged into.</summary>
    internal async Task<bool> AnswersAsync(CancellationToken cancel)
    {
        try
        {
            await _service.ReadRootAsync(cancel).ConfigureAwait(false);
            return true;
        }
        catch (RedfishException e) when (e.Failure is RedfishFailure.NoAnswer or RedfishFailure.BadAnswer or RedfishFailure.NotSupported
            or RedfishFailure.Refused)
        {
            return false;
        }
        catch (RedfishException e)
        {
            throw Failed(e);
        }
    }

    internal async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (RedfishException e)
        {
            // How often a refused login is tried again is not decided here.
            if (e.Failure == RedfishFailure.WrongCredential)
                _service.Use(Credential(contact));
            throw Failed(e);
        }
    }

    // What is not offered is an error before anything is done. Firmware that is given no URL asks DHCP, which answers with the same.
    private async Task<RedfishBootOverride> HttpBootAsync(CancellationToken cancel)
    {
        var settings = await _service.Boot.ReadAsync(cancel).ConfigureAwait(false);
        if (!settings.OffersHttpBoot)
            throw new PowerException(
                PowerFailure.NotSupported,
                $"{contact.Spec.Endpoint} does not offer HTTP boot, only: {string.Join(", ", settings.AllowedTargets)}; "
                + "use --boot network");
        var url = settings.CanSetHttpBootUri ? contact.HttpBoot?.Invoke() : null;
        return new RedfishBootOverride(RedfishBootTarget.UefiHttp, RedfishBootDuration.Once, RedfishBootMode.Uefi, url);
    }

    private async Task PutOutAsync()
    {
        Interlocked.Exchange(ref _lampOut, null)?.Dispose();
        using var limit = new CancellationTokenSource(contact.Settings.Call, contact.Time);
        try
        {
            await _service.Lamp.SetAsync(lit: false, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RedfishException or OperationCanceledException)
        {
            contact.Tell("bmc.lamp", Level.Warning, $"switching the locator lamp off failed: {e.Message}");
        }
    }

    private PowerException Failed(RedfishException e) => new(e.Failure switch
    {
        RedfishFailure.NoAnswer or RedfishFailure.Busy => PowerFailure.NoAnswer,
        RedfishFailure.WrongCredential => PowerFailure.WrongCredential,
        RedfishFailure.NotSupported => PowerFailure.NotSupported,
        RedfishFailure.BadAnswer => PowerFailure.BadAnswer,
        _ => PowerFailure.Refused,
    }, e.Failure == RedfishFailure.WrongCertificate && contact.Spec.Ca is null
        ? $"{e.Message}. If it was replaced on purpose, set bmc.pin of {contact.Machine} to the new fingerprint"
        : e.Message, e);

    private static RedfishCredential Credential(BmcContact contact) =>
        new(contact.Login?.Username ?? "", contact.Login is { } login ? Encoding.UTF8.GetString(login.Password.Reveal().Span) : "");

    private static RedfishOptions Options(BmcContact contact) => new()
    {
        Address = new UriBuilder("https", contact.Spec.Address!, contact.Spec.Port ?? 443).Uri,
        Credential = Credential(contact),
        Trust = Trust(contact),
        SystemId = contact.Spec.System,
        RequestTimeout = contact.Settings.Call,
        BusyLimit = contact.Settings.Call,
        SettleLimit = contact.Settings.Call / 2,
        PollInterval = TimeSpan.FromSeconds(1),
        IdleConnection = contact.Settings.Interval + TimeSpan.FromSeconds(15), // a new one would cost the BMC a TLS handshake at every poll
    };

    private static RedfishTrust Trust(BmcContact contact)
    {
        if ((contact.Spec.Pin ?? (contact.Spec.Ca is null ? contact.Memory.Pin : null)) is { } pin)
            return RedfishTrust.Pinned(pin);
        if (contact.Spec.Ca is null)
            return RedfishTrust.FirstUse(learned =>
            {
                contact.Memory.Pin = learned;
                contact.Tell("bmc.certificate", Level.Info,
                    $"pinned the certificate of {contact.Spec.Endpoint}: {learned}");
            });
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(contact.Spec.Ca);
        return RedfishTrust.Authorities(authorities);
    }
}
