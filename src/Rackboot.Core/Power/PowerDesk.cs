using System.Collections.Concurrent;
using System.Security.Cryptography;
using Rackboot.Core.Credentials;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Reports;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Power;

/// <summary>The only access to every BMC: a connection a machine, one call at a time a BMC, a limit on every call, and the consequences of
/// failures. The boot path never uses it.</summary>
public sealed class PowerDesk(
    Inventory inventory, CredentialVault credentials, IStore store, EventLog events, Func<BmcContact, IPowerController> connect,
    TimeProvider time) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<MachineId, BmcLine> _lines = new();
    private readonly ConcurrentDictionary<string, BmcGate> _gates = new();
    private readonly ConcurrentDictionary<MachineId, PowerAttempt> _attempts = new();
    private readonly Lock _lock = new();
    private volatile Listed? _listed;

    private sealed record Listed(object Described, IReadOnlyList<Machine> Machines);

    public PowerSettings Settings { get; set; } = new();

    /// <summary>The URL that a machine's firmware fetches for HTTP boot; null: no program fits it.</summary>
    public Func<Machine, Uri?>? HttpBoot { get; set; }

    internal TimeProvider Time => time;

    /// <summary>The machines that have a BMC, in the order of their names.</summary>
    /// <remarks>Those who poll ask for it ten times a second: in a fleet of a hundred thousand it is listed when a description changed.
    /// What was seen of the machines in it is as old.</remarks>
    public IReadOnlyList<Machine> Machines
    {
        get
        {
            var fleet = inventory.Fleet;
            if (_listed is not { } listed || listed.Described != fleet.Described)
                _listed = listed = new Listed(fleet.Described, [.. fleet.InOrder().Where(m => m.Spec?.Bmc is not null)]);
            return listed.Machines;
        }
    }

    /// <summary>The last power reading of the machine; null without a BMC.</summary>
    public PowerReading? Known(Machine machine) =>
        machine.Spec?.Bmc is null ? null : _lines.TryGetValue(machine.Id, out var line) ? line.Reading : PowerReading.None;

    /// <summary>Whether all attempts on the machine's BMC stopped, because it refused the login.</summary>
    public bool IsStopped(Machine machine) => _lines.TryGetValue(machine.Id, out var line) && line.Gate.Health.IsStopped(line.Login);

    /// <summary>The behaviour of the machine's BMC; null if it has none, or was not asked yet.</summary>
    public BmcStanding? Standing(Machine machine) => _lines.TryGetValue(machine.Id, out var line) && machine.Spec?.Bmc is not null
        ? new BmcStanding(line.Spec.Endpoint, line.Spec.Credential, line.Gate.Health.IsStopped(line.Login), line.Gate.Health.IsSilent)
        : null;

    /// <summary>The machine's last power action; null if none since the daemon's start.</summary>
    public PowerAttempt? LastAttempt(MachineId machine) => _attempts.GetValueOrDefault(machine);

    /// <summary>Asks the BMC for the state now.</summary>
    public async Task<PowerReading> ReadAsync(Machine machine, CancellationToken cancel)
    {
        var line = Line(machine);
        await AskAsync(machine, line, async (bmc, stop) => Read(machine, line, await bmc.ReadStateAsync(stop).ConfigureAwait(false)),
            cancel).ConfigureAwait(false);
        return line.Reading;
    }

    /// <summary>Reads the state in the background, unless attempts are paused or stopped; records a failure instead of throwing.</summary>
    public async Task PollAsync(Machine machine, CancellationToken cancel)
    {
        try
        {
            var line = Line(machine);
            if (line.Controller.ReadsState && line.UnderWay is null && line.Gate.Health.MayPoll(line.Login, time.GetUtcNow()))
                await ReadAsync(machine, cancel).ConfigureAwait(false);
        }
        catch (PowerException)
        {
            // It is in the reading, and was reported when it began.
        }
    }

    /// <summary>Calls the machine's BMC for something other than power.</summary>
    /// <param name="within">How long it may take; null is twenty times what a call may take, since there may be that many behind
    /// it.</param>
    public Task<T> ReportAsync<T>(
        Machine machine, Func<IBmcReports, CancellationToken, Task<T>> ask, CancellationToken cancel, TimeSpan? within = null) =>
        ReportAsync(machine, Claim(machine), ask, within, cancel);

    /// <summary>Calls the BMC in the background for something other than power, and gives way to operators' requests.</summary>
    /// <returns>Null if the BMC is to be left alone now, fails, or has no such thing.</returns>
    public async Task<T?> PollReportAsync<T>(Machine machine, Func<IBmcReports, CancellationToken, Task<T>> ask, CancellationToken cancel)
        where T : class
    {
        try
        {
            var line = Line(machine);
            return line.Spec.Driver is BmcDriver.Redfish or BmcDriver.Ipmi or BmcDriver.Auto && line.UnderWay is null
                && line.Gate.Health.MayPoll(line.Login, time.GetUtcNow())
                ? await line.Gate.YieldingAsync(stop => ReportAsync(machine, line, ask, null, stop), cancel).ConfigureAwait(false)
                : null;
        }
        catch (PowerException)
        {
            return null; // recorded elsewhere
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>What the machine boots from at its next start.</summary>
    public Task<BootOverride> ReadBootAsync(Machine machine, CancellationToken cancel) =>
        AskAsync(machine, Claim(machine), (bmc, stop) => bmc.ReadBootAsync(stop), cancel);

    /// <summary>Sets what the machine boots from once, without starting it.</summary>
    /// <returns>The value read back from the BMC.</returns>
    public async Task<BootOverride> SetBootAsync(Machine machine, BootTarget target, string by, CancellationToken cancel)
    {
        var line = Claim(machine);
        events.Add("power.asked", Level.Info, machine.Name, null, $"boot once from {EnumWord.Of(target)}, requested by {by}");
        return await AskAsync(machine, line, async (bmc, stop) =>
        {
            await bmc.CheckBootAsync(target, stop).ConfigureAwait(false);
            await bmc.SetBootOnceAsync(target, stop).ConfigureAwait(false);
            return await bmc.ReadBootAsync(stop).ConfigureAwait(false);
        }, cancel, Settings.Call * 2).ConfigureAwait(false);
    }

    /// <summary>Drops machines that were deleted, or no longer have a BMC.</summary>
    public void Prune()
    {
        foreach (var (id, line) in _lines)
            if (inventory.Fleet[id]?.Spec?.Bmc is null && _lines.TryRemove(id, out _))
                _ = DisposeAsync(line);
        foreach (var id in _attempts.Keys)
            if (inventory.Fleet[id] is null)
                _attempts.TryRemove(id, out _);
    }

    internal void Attempted(Machine machine, PowerRequest request, PowerFailure? failure, string text) =>
        _attempts[machine.Id] = new PowerAttempt(request, failure, text, time.GetTimestamp());

    public async ValueTask DisposeAsync()
    {
        foreach (var line in _lines.Values)
            await line.Controller.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The connection to the machine's BMC for an operator's request: background calls give way.</summary>
    internal BmcLine Claim(Machine machine)
    {
        var line = Line(machine);
        line.Gate.Claim();
        return line;
    }

    /// <summary>The connection to the machine's BMC, a new one if its document or credential has changed.</summary>
    internal BmcLine Line(Machine machine)
    {
        if (machine.Spec?.Bmc is not { } spec)
            throw new PowerException(PowerFailure.Misconfigured, $"{machine.Name} has no bmc; add one to its document, "
                + $"like bmc: {{ driver: ipmi, address: 10.30.0.21, credential: bmc }}");
        var login = Fingerprint(spec, machine.Id);
        if (_lines.TryGetValue(machine.Id, out var line) && line.Login == login && line.Spec == spec)
            return line;
        lock (_lock)
        {
            if (_lines.TryGetValue(machine.Id, out line) && line.Login == login && line.Spec == spec)
                return line;
            var gate = _gates.GetOrAdd(spec.Endpoint, endpoint => new BmcGate(new BmcMemory(store, endpoint)));
            var fresh = new BmcLine(spec, login, gate, connect(Contact(
                machine, spec, spec.Credential is { } name ? credentials.For(name, machine.Id) : null,
                gate))) { Reading = line?.Reading ?? PowerReading.None };
            _lines[machine.Id] = fresh;
            if (line is not null)
                _ = DisposeAsync(line);
            return fresh;
        }
    }

    /// <summary>Makes one call to the machine's BMC, when it is its turn and within the time a call may take.</summary>
    /// <param name="within">How long it may take; null is the usual.</param>
    internal async Task<T> AskAsync<T>(Machine machine, BmcLine line, Func<IPowerController, CancellationToken, Task<T>> ask,
        CancellationToken cancel, TimeSpan? within = null)
    {
        var patience = within ?? Settings.Call;
        if (line.Gate.Health.IsStopped(line.Login))
            throw Stopped(machine, line);
        await line.Turn.WaitAsync(cancel).ConfigureAwait(false);
        using var limit = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            // That may have happened during other calls.
            if (line.Gate.Health.IsStopped(line.Login))
                throw Stopped(machine, line);
            var answer = await ask(line.Controller, either.Token).ConfigureAwait(false);
            Note(machine, line, h => h.Answered(line.Login));
            return answer;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw Failed(machine, line, new PowerException(PowerFailure.NoAnswer, $"{line.Spec.Endpoint} gave no answer within "
                + $"{patience.TotalSeconds:0} s; is its address right, and does its network reach this host?"));
        }
        catch (PowerException e)
        {
            throw Failed(machine, line, e);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A bug in a driver must affect only its machine.
            throw Failed(machine, line, new PowerException(
                PowerFailure.BadAnswer, $"{line.Spec.Endpoint} sent an unexpected answer ({e.GetType().Name}: {e.Message})", e));
        }
        finally
        {
            line.Turn.Release();
        }
    }

    /// <summary>Logs in with <paramref name="login"/>, over a connection of its own, and reads the state.</summary>
    internal async Task ProveAsync(Machine machine, Login login, CancellationToken cancel)
    {
        var line = Line(machine);
        await using var other = connect(Contact(machine, line.Spec, login, line.Gate));
        await line.Turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            using var limit = new CancellationTokenSource(Settings.Call, time);
            await other.ReadStateAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new PowerException(PowerFailure.NoAnswer, $"{line.Spec.Endpoint} gave no answer within {Settings.Call.TotalSeconds:0} s");
        }
        finally
        {
            line.Turn.Release();
        }
    }

    internal PowerState Read(Machine machine, BmcLine line, PowerState state)
    {
        var before = line.Reading;
        line.Reading = new PowerReading(state, time.GetUtcNow(), null)
        {
            Started = (before.State, state) is (PowerState.Off, PowerState.On) ? before.Read : before.Started,
        };
        if (before.State is not PowerState.Unknown && before.State != state && line.UnderWay is null)
            events.Add("power.changed", Level.Info, machine.Name, null,
                $"power changed from {EnumWord.Of(before.State)} to {EnumWord.Of(state)}; not requested here");
        return state;
    }

    private Task<T> ReportAsync<T>(
        Machine machine, BmcLine line, Func<IBmcReports, CancellationToken, Task<T>> ask, TimeSpan? within, CancellationToken cancel) =>
        AskAsync(machine, line, async (bmc, stop) =>
        {
            if (bmc is Drivers.AutoPower auto)
                bmc = await auto.FindAsync(stop).ConfigureAwait(false);
            return bmc.Reports is { } reports
                ? await ask(reports, stop).ConfigureAwait(false)
                : throw new PowerException(
                    PowerFailure.NotSupported, $"driver {EnumWord.Of(machine.Spec!.Bmc!.Driver)} of {machine.Name} only "
                    + "controls power; for more use driver redfish or ipmi");
        }, cancel, within ?? Settings.Call * 20);

    private PowerException Failed(Machine machine, BmcLine line, PowerException e)
    {
        if (e.Failure != PowerFailure.Misconfigured)
            Note(machine, line, e.Failure switch
            {
                PowerFailure.NoAnswer => h => h.WasSilent(time.GetUtcNow()),
                PowerFailure.WrongCredential => h => h.Refused(line.Login),
                _ => h => h.Answered(line.Login),
            });
        if (e.Failure != PowerFailure.NotSupported)
            line.Reading = line.Reading with { Problem = e.Message };
        return e;
    }

    private void Note(Machine machine, BmcLine line, Func<BmcHealth, BmcHealth> change)
    {
        var (before, now) = line.Gate.Note(change);
        if (now.IsSilent && !before.IsSilent)
            events.Add("bmc.silent", Level.Warning, machine.Name, null,
                $"{line.Spec.Endpoint} does not answer any more; the appliance asks less and less often, in the end every 15 minutes");
        if (before.IsSilent && !now.IsSilent)
            events.Add("bmc.back", Level.Info, machine.Name, null, $"{line.Spec.Endpoint} answers again");
        if (now.IsStopped(line.Login) && !before.IsStopped(line.Login))
            events.Add("bmc.stopped", Level.Error, machine.Name, null, Stopped(machine, line).Message);
    }

    private static PowerException Stopped(Machine machine, BmcLine line) => new(PowerFailure.Misconfigured,
        $"{line.Spec.Endpoint} refused {(line.Spec.Credential is { } name ? $"credential {name}" : "to let us in without a credential")} "
            + $"{BmcHealth.MostRefusals} times; all attempts stop, so that the account is not locked; change the credential or the bmc "
            + $"of {machine.Name}: rackboot apply -f FILE");

    private BmcContact Contact(Machine machine, BmcSpec spec, Login? login, BmcGate gate) => new(
        machine.Name, spec, login, spec.Kg is { } kg ? credentials.For(kg, machine.Id)?.Password : null,
        () => inventory.Fleet[machine.Id]?.Observed.Firmware is not FirmwareKind.Bios,
        gate.Memory, Settings, time, (kind, level, text) => events.Add(kind, level, machine.Name, null, text))
    {
        HttpBoot = () => inventory.Fleet[machine.Id] is { } now ? HttpBoot?.Invoke(now) : null,
    };

    // Whatever decides whether a login succeeds. A machine's name for itself in the BMC, or its console, does not.
    private string Fingerprint(BmcSpec spec, MachineId machine)
    {
        var versions = spec.Credentials.Select(c => $"{c}:{credentials.Find(c)?.Changed:O}:{credentials.HasProven(c, machine)}");
        return Convert.ToHexStringLower(SHA256.HashData([.. StoreJson.Write(spec with { System = null, Console = null }),
            .. System.Text.Encoding.UTF8.GetBytes(string.Join(',', versions))]))[..16];
    }

    // Not while it is still in use.
    private static async Task DisposeAsync(BmcLine line)
    {
        await line.Turn.WaitAsync().ConfigureAwait(false);
        try
        {
            await line.Controller.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            line.Turn.Release();
        }
    }
}
