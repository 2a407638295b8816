using Rackboot.Core.Boot;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Network;

/// <summary>Which DHCP transaction of a machine's programs was last acknowledged. A client that waits repeats its request; where many wait,
/// the repetition is read after the machine has gone on, and is no other boot: that begins with a DISCOVER.</summary>
internal sealed class AcknowledgedRequests
{
    // Machines come and go, and a flood makes up some. One that is forgotten costs a boot too many at most.
    private const int Most = 131_072;

    private readonly Lock _lock = new();
    private readonly Dictionary<(MachineId Machine, BootClient Program), uint> _transactions = [];

    /// <summary>Begins the transaction (xid): the next acknowledgment in it is news.</summary>
    public void Offered(MachineId machine, BootClient program, uint transaction)
    {
        lock (_lock)
            if (_transactions.GetValueOrDefault((machine, program)) == transaction)
                _transactions.Remove((machine, program));
    }

    /// <summary>Notes an acknowledgment.</summary>
    /// <returns>Whether this transaction of the machine's program was acknowledged before.</returns>
    public bool IsRepeated(MachineId machine, BootClient program, uint transaction)
    {
        lock (_lock)
        {
            if (_transactions.TryGetValue((machine, program), out var earlier) && earlier == transaction)
                return true;
            if (_transactions.Count >= Most)
                _transactions.Clear();
            _transactions[(machine, program)] = transaction;
            return false;
        }
    }
}
