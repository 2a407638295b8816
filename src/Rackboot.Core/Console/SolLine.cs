using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Drivers;
using Rackboot.Ipmi;

namespace Rackboot.Core.Console;

/// <summary>Serial-over-LAN, in its own IPMI session. Its login follows the same rules as all calls to the BMC: one at a time, and none
/// after two refused logins.</summary>
public sealed class SolLine : IConsoleLine
{
    private readonly IpmiSession _session;
    private readonly SolConsole _console;

    private SolLine(IpmiSession session, SolConsole console) => (_session, _console) = (session, console);

    /// <param name="takeOver">Ends another user's console; otherwise the BMC refuses.</param>
    public static async Task<IConsoleLine> OpenAsync(
        PowerDesk power, PowerDrivers drivers, Machine machine, bool takeOver, CancellationToken cancel)
    {
        IpmiSession? session = null;
        try
        {
            session = await power.AskAsync(machine, power.Line(machine), (bmc, stop) => LogInAsync(bmc, drivers, stop), cancel)
                .ConfigureAwait(false);
            var console =
                await SolConsole.ActivateAsync(session, SolOptions.Default with { TakeOver = takeOver }, cancel).ConfigureAwait(false);
            return new SolLine(session, console);
        }
        catch (Exception e) when (session is not null || e is PowerException)
        {
            if (session is not null)
                await session.DisposeAsync().ConfigureAwait(false);
            if (e is PowerException or IpmiException)
                throw new ConsoleException(e.Message, e);
            throw;
        }
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel) => DoAsync(() => _console.ReadAsync(buffer, cancel));

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => await DoAsync(async () =>
    {
        await _console.WriteAsync(bytes, cancel).ConfigureAwait(false);
        return true;
    }).ConfigureAwait(false);

    public async ValueTask SendBreakAsync(CancellationToken cancel) => await DoAsync(async () =>
    {
        await _console.SendBreakAsync(cancel).ConfigureAwait(false);
        return true;
    }).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        await _console.DisposeAsync().ConfigureAwait(false);
        await _session.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task<IpmiSession> LogInAsync(IPowerController bmc, PowerDrivers drivers, CancellationToken cancel)
    {
        if (bmc is AutoPower auto)
            bmc = await auto.FindAsync(cancel).ConfigureAwait(false);
        if (bmc is IpmiPower ipmi)
            return await ipmi.OpenSessionAsync(cancel).ConfigureAwait(false);
        if (bmc is not RedfishPower { Contact: var contact })
            throw new PowerException(PowerFailure.NotSupported,
                "this BMC has no console over IPMI; if the machine has a Unix socket for its serial port, set bmc.console to its path");

        // Redfish has no console; its BMCs offer one over IPMI, to the same users.
        await using var beside =
            (IpmiPower)drivers.Connect(contact with { Spec = contact.Spec with { Driver = BmcDriver.Ipmi, Port = null } });
        try
        {
            return await beside.OpenSessionAsync(cancel).ConfigureAwait(false);
        }
        catch (PowerException e) when (e.Failure == PowerFailure.NoAnswer)
        {
            // It is reachable: it answers Redfish.
            throw new PowerException(PowerFailure.NotSupported, $"the console uses IPMI, and {contact.Spec.Address} does not answer "
                + $"over IPMI; enable IPMI over LAN in the BMC ({e.Message})", e);
        }
    }

    private async ValueTask<T> DoAsync<T>(Func<ValueTask<T>> act)
    {
        try
        {
            return await act().ConfigureAwait(false);
        }
        catch (IpmiException e)
        {
            // A machine that is off accepts no characters until it is on.
            throw new ConsoleException(e.Message, e) { LineIsGood = e.Failure == IpmiFailure.Refused };
        }
        catch (OperationCanceledException e) when (_session.Ended.IsCancellationRequested)
        {
            throw new ConsoleException($"{_session.Bmc}: the console session has ended", e);
        }
    }
}
