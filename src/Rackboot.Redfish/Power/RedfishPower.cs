using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rackboot.Redfish;

/// <summary>Turns a machine on and off. An accepted request is not a result: every call waits until the service shows the state that was
/// asked for.</summary>
public sealed class RedfishPower
{
    private static readonly string[] ManagerRestarts = ["GracefulRestart", "ForceRestart"];

    private readonly RedfishConnection _connection;
    private readonly RedfishPlaces _places;

    internal RedfishPower(RedfishConnection connection, RedfishPlaces places) => (_connection, _places) = (connection, places);

    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<RedfishPowerReading> ReadAsync(CancellationToken cancellation = default)
    {
        var system = (await _places.SystemAsync(cancellation).ConfigureAwait(false)).Body;
        var reset = RedfishAction.Find(system, "#ComputerSystem.Reset");
        IReadOnlyList<string> allowed = reset is null
            ? []
            : await reset.AllowedAsync(_connection, "ResetType", cancellation).ConfigureAwait(false);
        return new RedfishPowerReading(StateOf(system), system.Time("LastResetTime"), allowed, Health.Of(system));
    }

    /// <summary>The state alone: one request.</summary>
    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<RedfishPowerState> ReadStateAsync(CancellationToken cancellation = default) =>
        StateOf((await _places.SystemAsync(cancellation).ConfigureAwait(false)).Body);

    /// <summary>Does it, and waits until the service shows it. Nothing is sent if the machine is already so.</summary>
    /// <param name="limit">How long to wait; null takes <see cref="RedfishOptions.PowerLimit"/>.</param>
    /// <returns>The state reached.</returns>
    /// <exception cref="RedfishException">Not allowed, refused, or the state did not come in time
    /// (<see cref="RedfishFailure.Refused"/>).</exception>
    public async Task<RedfishPowerState> SetAsync(
        RedfishPowerAction action, TimeSpan? limit = null, CancellationToken cancellation = default)
    {
        var within = limit ?? _connection.Options.PowerLimit;
        var system = await _places.SystemAsync(cancellation).ConfigureAwait(false);
        var state = StateOf(system.Body);
        if (IsDone(action, state))
            return state;
        if (state == RedfishPowerState.Off && (action is RedfishPowerAction.Cycle or RedfishPowerAction.Reset))
            action = RedfishPowerAction.On; // several services refuse to restart a machine that is off
        var reset = RedfishAction.Find(system.Body, "#ComputerSystem.Reset")
            ?? throw _connection.Error(RedfishFailure.NotSupported, $"system {system.Id} offers no Reset action; use IPMI for power");
        var allowed = await reset.AllowedAsync(_connection, "ResetType", cancellation).ConfigureAwait(false);
        var type = ResetLadder.Choose(action, state, allowed, Harmful(system.Body))
            ?? throw _connection.Error(
                RedfishFailure.NotSupported, $"the BMC does not support {action}; it supports: {string.Join(", ", allowed)}");
        if (type == ResetLadder.OffThenOn)
        {
            await SetAsync(RedfishPowerAction.Off, limit, cancellation).ConfigureAwait(false);
            return await SetAsync(RedfishPowerAction.On, limit, cancellation).ConfigureAwait(false);
        }

        await SendAsync(reset.Target!, type, ResetLadder.Goal(action), cancellation).ConfigureAwait(false);
        if (ResetLadder.Goal(action) is not { } goal)
            return state;
        var proof = ResetLadder.ProofTime(type, _connection.Options);
        return await WaitAsync(goal, type, proof, system.Body.Time("LastResetTime"), within, cancellation).ConfigureAwait(false);
    }

    /// <summary>Restarts the BMC itself. It is away for some minutes; the machine keeps running.</summary>
    /// <exception cref="RedfishException">Not offered, or refused.</exception>
    public async Task RestartManagerAsync(CancellationToken cancellation = default)
    {
        var manager =
            await _places.ManagerAsync(await _places.SystemAsync(cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        var reset = manager is null ? null : RedfishAction.Find(manager.Body, "#Manager.Reset");
        if (reset is null)
            throw _connection.Error(
                RedfishFailure.NotSupported, "the BMC offers no Manager.Reset; use IPMI (cold reset), or its web page");
        var allowed = await reset.AllowedAsync(_connection, "ResetType", cancellation).ConfigureAwait(false);
        var type = ManagerRestarts.FirstOrDefault(t => allowed.Count == 0 || allowed.Contains(t)) ?? allowed[0];
        await _connection.ActAsync(reset.Target!, new JsonObject { ["ResetType"] = type }, cancellation).ConfigureAwait(false);
    }

    internal static RedfishPowerState StateOf(JsonElement system) =>
        Enum.TryParse<RedfishPowerState>(system.Text("PowerState"), out var state) && Enum.IsDefined(state)
            ? state
            : RedfishPowerState.Unknown;

    private static bool IsDone(RedfishPowerAction action, RedfishPowerState state) =>
        (action == RedfishPowerAction.On && state == RedfishPowerState.On)
        || (action is RedfishPowerAction.Off or RedfishPowerAction.SoftOff && state == RedfishPowerState.Off);

    private List<string> Harmful(JsonElement system)
    {
        var model = system.Text("Model") ?? "";
        return [.. _connection.Quirks.HarmfulResets.Where(r => model.StartsWith(r.Model, StringComparison.OrdinalIgnoreCase))
            .Select(r => r.ResetType)];
    }

    private async Task SendAsync(string target, string type, RedfishPowerState? goal, CancellationToken cancellation)
    {
        var answer = await _connection.PostAsync(target, new JsonObject { ["ResetType"] = type }, cancellation).ConfigureAwait(false);
        if (answer.Succeeded)
            return;
        // Some BMCs refuse a request for the present state, others accept it; only the state counts.
        var refused = answer.Status is HttpStatusCode.Conflict or HttpStatusCode.BadRequest;
        if (refused && (type is "On" or "ForceOn" or "ForceOff") && await ReadStateAsync(cancellation).ConfigureAwait(false) == goal)
            return;
        _connection.Accept(answer, HttpMethod.Post, $"{target} ({type})");
    }

    // A restart shows On before it begins: it counts when the service showed another state or another time of the last reset, and without
    // either when it has shown On for a while.
    private async Task<RedfishPowerState> WaitAsync(
        RedfishPowerState goal, string type, TimeSpan proof, DateTimeOffset? lastReset, TimeSpan limit, CancellationToken cancellation)
    {
        var start = _connection.Time.GetTimestamp();
        for (var proven = false; ;)
        {
            await Task.Delay(_connection.Options.PollInterval, _connection.Time, cancellation).ConfigureAwait(false);
            var elapsed = _connection.Time.GetElapsedTime(start);
            JsonElement system;
            try
            {
                system = (await _places.SystemAsync(cancellation).ConfigureAwait(false)).Body;
            }
            catch (RedfishException e) when (elapsed < limit
                && (e.Failure is RedfishFailure.NoAnswer or RedfishFailure.Busy or RedfishFailure.BadAnswer))
            {
                continue; // while the power changes some BMCs do not answer
            }

            var state = StateOf(system);
            proven |= state != goal || system.Time("LastResetTime") != lastReset || elapsed >= proof;
            if (state == goal && proven)
                return state;
            if (elapsed >= limit)
                throw _connection.Error(
                    RedfishFailure.Refused,
                    $"{type} was accepted, but after {limit.TotalSeconds:0} s the power state is {state}, not {goal}; {Advice(type)}");
        }
    }

    private static string Advice(string type) => type is "GracefulShutdown" or "PushPowerButton" or "GracefulRestart"
        ? "the operating system may ignore it: use off or reset instead"
        : "check the machine's console and the BMC's log, or restart the BMC";
}
