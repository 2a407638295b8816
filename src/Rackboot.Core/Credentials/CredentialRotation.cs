using System.Threading.Channels;
using Rackboot.Core.Power;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Operations;

namespace Rackboot.Core.Credentials;

/// <summary>Sets a new password on every BMC of a credential. Both passwords are kept until a login with the new one succeeded on every
/// BMC; repeating the command continues after failures and interruptions.</summary>
public sealed class CredentialRotation(PowerDesk desk, CredentialVault vault, Inventory inventory, EventLog events)
{
    private const int Parallel = 16;

    /// <summary>Why the password of <paramref name="name"/> cannot be changed; null if it can.</summary>
    public Refusal? Mistake(string name)
    {
        if (vault.Find(name) is null)
            return Refusal.NotFound($"there is no credential {name}");
        foreach (var machine in inventory.UsersOf(name))
            if (machine.Spec!.Bmc is { } bmc
                && (bmc.Kg == name || bmc.Driver is not (BmcDriver.Auto or BmcDriver.Redfish or BmcDriver.Ipmi)))
                return Refusal.Conflict("", $"{machine.Name} uses credential {name} for "
                    + $"{(bmc.Kg == name ? "its BMC's key K_G" : $"driver {EnumWord.Of(bmc.Driver)}")}, which Rackboot cannot change; "
                    + "change it there and apply the credential with the new password");
        return null;
    }

    /// <summary>Changes the password on every BMC, and reports each machine's progress. It continues without a reader.</summary>
    /// <param name="next">The new password. A running change keeps the one it began with.</param>
    public ChannelReader<PowerProgress> Start(string name, Secret next, string by)
    {
        var told = Channel.CreateUnbounded<PowerProgress>();
        _ = Task.Run(async () =>
        {
            try
            {
                await RunAsync(name, next, by, told.Writer).ConfigureAwait(false);
                told.Writer.TryComplete();
            }
            catch (Exception e)
            {
                events.Add("credential.failed", Level.Error, null, null,
                    $"the password change of credential {name} was interrupted: {e.Message}");
                told.Writer.TryComplete(e);
            }
        });
        return told.Reader;
    }

    private async Task RunAsync(string name, Secret next, string by, ChannelWriter<PowerProgress> told)
    {
        next = await vault.BeginChangeAsync(name, next).ConfigureAwait(false);
        var bmcs = inventory.UsersOf(name).GroupBy(m => m.Spec!.Bmc!.Endpoint).Select(g => g.ToList()).ToList();
        events.Add("credential.rotating", Level.Info, null, null,
            $"setting a new password for credential {name} on {bmcs.Count} BMCs, requested by {by}");
        await System.Threading.Tasks.Parallel.ForEachAsync(bmcs, new ParallelOptions { MaxDegreeOfParallelism = Parallel },
            async (machines, _) => await ChangeAsync(name, machines, next, told).ConfigureAwait(false)).ConfigureAwait(false);
        var left = inventory.UsersOf(name).Where(m => !vault.HasProven(name, m.Id)).Select(m => m.Name).ToList();
        if (left.Count == 0)
            await vault.FinishChangeAsync(name).ConfigureAwait(false);
        events.Add(left.Count == 0 ? "credential.rotated" : "credential.failed", left.Count == 0 ? Level.Info : Level.Error, null, null,
            left.Count == 0
            ? $"credential {name} has a new password; a login with it succeeded on every BMC"
            : $"credential {name}: these still have the old password: {string.Join(", ", left)}; both are kept. To change the rest: "
                + $"rackboot credential rotate {name}");
    }

    private async Task ChangeAsync(string name, List<Machine> machines, Secret next, ChannelWriter<PowerProgress> told)
    {
        var machine = machines[0];
        var began = desk.Time.GetTimestamp();
        if (machines.All(m => vault.HasProven(name, m.Id)))
        {
            Tell(PowerStep.Done, "already has the new password");
            return;
        }

        try
        {
            Tell(PowerStep.Running, "setting the new password");
            var refused = await SetAsync(machine, next).ConfigureAwait(false);
            Tell(PowerStep.Running, "logging in with the new password");
            await ProveAsync(name, machine, next, refused).ConfigureAwait(false);
            foreach (var one in machines)
                await vault.ProvenAsync(name, one.Id).ConfigureAwait(false);
            Tell(PowerStep.Done, "accepts the new password");
        }
        catch (PowerException e)
        {
            Tell(PowerStep.Failed, e.Message);
            events.Add("credential.failed", Level.Error, machine.Name, null, $"changing the password of credential {name}: {e.Message}");
        }

        void Tell(PowerStep step, string text)
        {
            foreach (var one in machines)
                told.TryWrite(
                    new PowerProgress(one.Name, step, text, desk.Known(one)?.State ?? PowerState.Unknown, desk.Time.GetElapsedTime(began)));
        }
    }

    // If the old password is refused, now or so often that attempts have stopped, an earlier change may have been interrupted after
    // the BMC accepted the new one.
    private async Task<PowerException?> SetAsync(Machine machine, Secret next)
    {
        try
        {
            return await desk.ReportAsync(machine, async (bmc, stop) =>
            {
                await bmc.ChangePasswordAsync(next, stop).ConfigureAwait(false);
                return (PowerException?)null;
            }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (PowerException e) when (e.Failure == PowerFailure.WrongCredential || desk.IsStopped(machine))
        {
            return e;
        }
    }

    private async Task ProveAsync(string name, Machine machine, Secret next, PowerException? refused)
    {
        try
        {
            await desk.ProveAsync(machine, new Login(vault.Find(name)!.Username, next), CancellationToken.None).ConfigureAwait(false);
        }
        catch (PowerException e) when (e.Failure == PowerFailure.WrongCredential)
        {
            throw refused ?? new PowerException(PowerFailure.Refused, $"{machine.Spec!.Bmc!.Endpoint} accepted the new password and then "
                + "refused the login; some BMCs truncate long passwords or allow other characters only. Both passwords are kept", e);
        }
    }
}
