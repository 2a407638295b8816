using Rackboot.Contracts;
using Rackboot.Lab.Storm.Boot;

namespace Rackboot.Lab.Storm;

/// <summary>Orders power as an operator does, and waits for the end of each order.</summary>
internal sealed class StormPower(RackbootClient client)
{
    /// <summary>Selects every machine of the hall.</summary>
    public const string All = "storm=yes";

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(2);

    /// <summary>Powers <paramref name="lives"/>, which the selector stands for, on from the network.</summary>
    public async Task OnAsync(IReadOnlyList<MachineLife> lives, string selector, CancellationToken cancel)
    {
        foreach (var life in lives)
            life.Asked();
        var order = new PowerOrder { Action = PowerAction.On, Boot = BootTarget.Network, Selector = selector };

        // Of many failures alike the events have the first few; the operation has every machine's.
        foreach (var failed in (await OrderAsync(order, cancel)).Where(m => m.Step == PowerStep.Failed))
            lives.FirstOrDefault(l => l.Machine.Name == failed.Machine)?.PowerFailed(failed.Text);
    }

    /// <summary>Powers every machine off, whatever it does.</summary>
    public Task OffAsync(CancellationToken cancel) =>
        OrderAsync(new PowerOrder { Action = PowerAction.Off, Selector = All }, cancel);

    private async Task<IReadOnlyList<PowerProgress>> OrderAsync(PowerOrder order, CancellationToken cancel)
    {
        var operation = await client.PowerAsync(order, cancel);
        while (operation.Ended is null)
        {
            await Task.Delay(BetweenLooks, cancel);
            operation = await client.GetOperationAsync(operation.Id, cancel);
        }

        return operation.Machines;
    }
}
