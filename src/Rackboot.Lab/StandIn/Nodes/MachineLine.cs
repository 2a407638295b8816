using System.Net;
using System.Text;
using System.Threading.Channels;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>The line that a machine with the stand-in opens when it has started, and what it is told on it: a line of text each. It lasts
/// until the machine goes down.</summary>
internal sealed class MachineLine
{
    private readonly Channel<string> _orders = Channel.CreateUnbounded<string>();
    private readonly long _diskBytes;
    private TaskCompletionSource? _installing;

    /// <param name="hello">Its first words: <c>node UUID disk|network CONFIGURATION</c>, the last in base64.</param>
    /// <param name="diskBytes">How long the image is that it writes to its disk.</param>
    /// <exception cref="FormatException">These are other words.</exception>
    public MachineLine(string hello, IPAddress address, long diskBytes)
    {
        if (hello.Split(' ') is not ["node", var uuid, var origin, var configuration])
            throw new FormatException($"\"{hello}\" is not how a machine says hello");
        (Uuid, FromDisk, Address, _diskBytes) = (Guid.Parse(uuid), origin == "disk", address, diskBytes);
        Configuration = configuration.Length > 0 ? Encoding.UTF8.GetString(Convert.FromBase64String(configuration)) : null;
    }

    public Guid Uuid { get; }

    public IPAddress Address { get; }

    /// <summary>Whether its configuration lay on its disk.</summary>
    public bool FromDisk { get; }

    public string? Configuration { get; }

    public void Order(string order) => _orders.Writer.TryWrite(order);

    /// <summary>Has the machine write the stand-in and its configuration to its disk.</summary>
    public Task InstallAsync(string configuration)
    {
        _installing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Order($"install {_diskBytes} {Convert.ToBase64String(Encoding.UTF8.GetBytes(configuration))}");
        return _installing.Task;
    }

    /// <summary>Passes orders on and takes answers until the machine hangs up.</summary>
    /// <param name="answered">Something was done that was ordered.</param>
    public async Task RunAsync(TextReader fromMachine, TextWriter toMachine, Action answered, CancellationToken cancel)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var sending = SendAsync(toMachine, end.Token);
        while (await fromMachine.ReadLineAsync(cancel).ConfigureAwait(false) is { } answer)
        {
            if (answer == "installed")
                _installing?.TrySetResult();
            else if (answer.StartsWith("failed ", StringComparison.Ordinal))
                _installing?.TrySetException(new LabException(answer["failed ".Length..]));
            answered();
        }

        await end.CancelAsync().ConfigureAwait(false);
        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task SendAsync(TextWriter toMachine, CancellationToken cancel)
    {
        await foreach (var order in _orders.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
            await toMachine.WriteLineAsync(order.AsMemory(), cancel).ConfigureAwait(false);
    }
}
