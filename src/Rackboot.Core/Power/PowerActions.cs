using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Firmware;
using Rackboot.Core.Trust;

namespace Rackboot.Core.Power;

/// <summary>Executes actions on a machine, and trusts only the state read back afterwards. Repeating an action is
/// safe.</summary>
/// <param name="provisioning">Where a machine is armed that is started from the network.</param>
/// <param name="firmware">The files that were sent here to be installed.</param>
public sealed class PowerActions(
    PowerDesk desk, EventLog events, BootLog boots, ProvisioningBook? provisioning = null, FirmwareFiles? firmware = null)
{
    private static readonly TimeSpan UpdateWithin = TimeSpan.FromMinutes(60);
    private static readonly TimeSpan IdentifyFor = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LaterLook = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan BeforeAgain = TimeSpan.FromSeconds(8);

    /// <summary>Carries <paramref name="request"/> out; every action and its end is an event of the machine.</summary>
    /// <param name="progress">Is told each step in words.</param>
    /// <exception cref="PowerException">It could not be done; the message says why and what to do.</exception>
    public async Task<PowerResult> RunAsync(Machine machine, PowerRequest request, Action<string> progress, CancellationToken cancel)
    {
        if (request.Mistake is { } mistake)
            throw new PowerException(PowerFailure.Misconfigured, mistake);
        var line = desk.Claim(machine);
        if (request.Action == PowerAction.Status)
            return await StatusAsync(machine, line, cancel).ConfigureAwait(false);
        if (line.Begin($"{request}, requested by {request.By}") is { } other)
            throw new PowerException(PowerFailure.Refused, $"another power action on {machine.Name} is in progress: {other}; wait for it");
        try
        {
            Tell(machine, "power.asked", Level.Info, $"{request}, requested by {request.By}", request.Starts);
            var began = desk.Time.GetTimestamp();
            var run = new Run(desk, machine, line, progress, cancel);
            var text = await StepsAsync(run, request, () => ArmAsync(machine, request), firmware).ConfigureAwait(false);
            var result = new PowerResult(line.Reading.State,
                line.Controller.ReadsState ? $"{text}, after {desk.Time.GetElapsedTime(began).TotalSeconds:0.0} s" : text);
            desk.Attempted(machine, request, null, result.Text);
            Tell(machine, "power.done", Level.Info, $"{request}: {result.Text}");
            return result;
        }
        catch (PowerException e)
        {
            desk.Attempted(machine, request, e.Failure, e.Message);
            Tell(machine, "power.failed", Level.Error, $"{request}: {e.Message}");
            throw;
        }
        catch (OperationCanceledException)
        {
            Tell(machine, "power.failed", Level.Error,
                $"{request}: the daemon stopped during it; after its restart it reports the outcome");
            throw;
        }
        finally
        {
            line.End();
        }
    }

    /// <summary>Reports the result of an action that a stop of the daemon interrupted.</summary>
    internal void TellCutOff(Machine machine, PowerRequest request, string text) =>
        Tell(machine, "power.failed", Level.Warning, $"{request}: {text}");

    private async Task<PowerResult> StatusAsync(Machine machine, BmcLine line, CancellationToken cancel)
    {
        if (!line.Controller.ReadsState)
            return new PowerResult(PowerState.Unknown, $"is powered by {line.Controller.Actor}; Rackboot cannot read its state");
        var reading = await desk.ReadAsync(machine, cancel).ConfigureAwait(false);
        return new PowerResult(reading.State, $"is {EnumWord.Of(reading.State)}");
    }

    private static async Task<string> StepsAsync(Run run, PowerRequest request, Func<Task> arm, FirmwareFiles? firmware)
    {
        if (request.Action == PowerAction.Identify)
        {
            await run.CallAsync((bmc, stop) => bmc.IdentifyAsync(IdentifyFor, stop)).ConfigureAwait(false);
            return $"its locator lamp is on for {IdentifyFor.TotalSeconds:0} s";
        }

        if (request is { Action: PowerAction.Firmware, Firmware: { } source })
        {
            var image = firmware?.Image(source)
                ?? throw new PowerException(PowerFailure.Misconfigured, $"the uploaded file {source.Name} is gone; upload it again");
            return await run.InstallAsync(image).ConfigureAwait(false);
        }

        if (request.Boot == BootTarget.Http)
            await run.CallAsync((bmc, stop) => bmc.CheckBootAsync(BootTarget.Http, stop)).ConfigureAwait(false);

        var now = await run.StateAsync().ConfigureAwait(false);
        switch (request.Action)
        {
            case PowerAction.On when now == PowerState.On && request.Boot is not null:
                throw new PowerException(PowerFailure.Refused, "it is already on, so it would not boot from "
                    + $"{EnumWord.Of(request.Boot)} now; use: rackboot power cycle --boot {EnumWord.Of(request.Boot)}");
            case PowerAction.Reset when now == PowerState.Off:
                throw new PowerException(PowerFailure.Refused, "it is off, and cannot be reset; use: rackboot power on");
            case PowerAction.On when now == PowerState.On:
                return "was already on";
            case PowerAction.Off or PowerAction.Soft when now == PowerState.Off:
                return "was already off";
            case PowerAction.Off:
                return await run.SwitchAsync(PowerSwitch.Off, PowerState.Off).ConfigureAwait(false);
            case PowerAction.Soft:
                return await run.SwitchAsync(PowerSwitch.Soft, PowerState.Off).ConfigureAwait(false);
            case PowerAction.Cycle when now != PowerState.Off:
                await run.SwitchAsync(PowerSwitch.Off, PowerState.Off).ConfigureAwait(false);
                break;
        }

        if (request.Boot is { } boot)
            await run.BootOnceAsync(boot).ConfigureAwait(false);
        await arm().ConfigureAwait(false);
        return await run.SwitchAsync(request.Action == PowerAction.Reset ? PowerSwitch.Reset : PowerSwitch.On, PowerState.On)
            .ConfigureAwait(false);
    }

    // Starting a machine from the network also requests its provisioning. It is armed just before the start, and not if the start was
    // refused.
    private Task ArmAsync(Machine machine, PowerRequest request) =>
        request.Boot is BootTarget.Network or BootTarget.Http && machine is { HasConfiguration: true, Spec.Boot: BootSource.Network }
            && provisioning is not null
            ? provisioning.ArmAsync(machine, request.By, $"rackboot power {EnumWord.Of(request.Action)} --boot {EnumWord.Of(request.Boot)}")
            : Task.CompletedTask;

    private void Tell(Machine machine, string kind, Level level, string text, bool starts = false)
    {
        events.Add(kind, level, machine.Name, boots.Current(machine.Id)?.Id, text);
        boots.NotePower(machine.Id, text, level, starts);
    }

    /// <summary>The steps that actions are made of, on one machine.</summary>
    private sealed class Run(PowerDesk desk, Machine machine, BmcLine line, Action<string> progress, CancellationToken cancel)
    {
        public Task<bool> CallAsync(Func<IPowerController, CancellationToken, Task> call,
            TimeSpan? within = null) => desk.AskAsync(machine, line, async (bmc, stop) =>
        {
            await call(bmc, stop).ConfigureAwait(false);
            return true;
        }, cancel, within);

        public Task<PowerState> StateAsync() => desk.AskAsync(
            machine, line, async (bmc, stop) => desk.Read(machine, line, await bmc.ReadStateAsync(stop).ConfigureAwait(false)), cancel);

        public Task<string> InstallAsync(FirmwareImage image)
        {
            progress($"uploading {image.Name} to {line.Spec.Endpoint}");
            return desk.ReportAsync(machine, (reports, stop) => reports.UpdateAsync(image, progress, stop), cancel, UpdateWithin);
        }

        /// <summary>Sets what to boot from and compares it with the value read back: a BMC's "OK" is not proof.</summary>
        public async Task BootOnceAsync(BootTarget target)
        {
            var word = EnumWord.Of(target);
            progress($"setting it to boot once from {word}");
            await CallAsync((bmc, stop) => bmc.SetBootOnceAsync(target, stop)).ConfigureAwait(false);
            if (!line.Controller.ReadsState)
                return;
            var read = await desk.AskAsync(machine, line, (bmc, stop) => bmc.ReadBootAsync(stop), cancel).ConfigureAwait(false);
            if (read.Target != target)
                throw new PowerException(PowerFailure.Refused,
                    $"{line.Spec.Endpoint} accepted \"boot once from {word}\", but reads back: {read.Text}. It was not started; try "
                        + "again, or set the boot order in its firmware");
            progress($"boots once from {word}; the BMC reads back {read.Text}");
        }

        public async Task<string> SwitchAsync(PowerSwitch to, PowerState wanted)
        {
            progress(to switch { PowerSwitch.On => "switching on", PowerSwitch.Off =>
                "switching off", PowerSwitch.Reset => "resetting", _ => "asking its system to shut down" });
            var limit = to == PowerSwitch.Soft ? desk.Settings.Shutdown : desk.Settings.Switch;
            var began = desk.Time.GetUtcNow();
            await SendAsync(to, wanted, line.Controller.WaitsItself ? limit + desk.Settings.Call : null).ConfigureAwait(false);
            if (!line.Controller.ReadsState)
                return $"asked {line.Controller.Actor} to do it; Rackboot cannot see when it is done";
            await UntilAsync(wanted, limit, to).ConfigureAwait(false);
            if (to is PowerSwitch.On or PowerSwitch.Reset)
                line.Reading = line.Reading with { Started = began };
            return to switch { PowerSwitch.Reset =>
                "was reset", PowerSwitch.Soft => "has shut down and is off", _ => $"is {EnumWord.Of(wanted)}" };
        }

        // A command without an answer may have been carried out: the state shows it. On and off are idempotent, so
        // they are repeated once without effect; a shutdown is not.
        private async Task SendAsync(PowerSwitch to, PowerState wanted, TimeSpan? within)
        {
            try
            {
                await CallAsync((bmc, stop) => bmc.SwitchAsync(to, stop), within).ConfigureAwait(false);
                return;
            }
            catch (PowerException e) when (e.Failure == PowerFailure.NoAnswer && to != PowerSwitch.Reset)
            {
                progress($"no answer; checking whether it was carried out ({e.Message})");
            }

            if (to == PowerSwitch.Soft)
                return;
            try
            {
                await UntilAsync(wanted, BeforeAgain, to).ConfigureAwait(false);
            }
            catch (PowerException e) when (e.Failure == PowerFailure.TooSlow)
            {
                progress("it was not carried out; trying once more");
                await CallAsync((bmc, stop) => bmc.SwitchAsync(to, stop), within).ConfigureAwait(false);
            }
        }

        private async Task UntilAsync(PowerState wanted, TimeSpan limit, PowerSwitch to)
        {
            var began = desk.Time.GetTimestamp();
            string? problem = null;
            for (var wait = FirstLook; ; wait = wait * 2 < LaterLook ? wait * 2 : LaterLook)
            {
                try
                {
                    if (await StateAsync().ConfigureAwait(false) == wanted)
                        return;
                    problem = null;
                }
                catch (PowerException e) when (e.Failure is PowerFailure.NoAnswer or PowerFailure.BadAnswer)
                {
                    // Some BMCs are busy with the switching itself.
                    problem = e.Message;
                }

                var waited = desk.Time.GetElapsedTime(began);
                if (waited >= limit)
                    throw new PowerException(PowerFailure.TooSlow, problem is not null
                        ? $"reading whether it is {EnumWord.Of(wanted)} still fails {waited.TotalSeconds:0} s after the command: {problem}"
                        : $"it is still {EnumWord.Of(line.Reading.State)} {waited.TotalSeconds:0} s after the command to "
                            + $"{line.Spec.Endpoint}; {(to == PowerSwitch.Soft ? "its system does not shut down; to force it: "
                            + "rackboot power off" : "see the BMC's log: rackboot bmc sel")}");
                progress($"waiting for it to be {EnumWord.Of(wanted)}, {waited.TotalSeconds:0} s");
                await Task.Delay(wait, desk.Time, cancel).ConfigureAwait(false);
            }
        }
    }
}
