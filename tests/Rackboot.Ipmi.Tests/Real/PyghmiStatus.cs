namespace Rackboot.Ipmi.Tests.Real;

/// <summary>What a <see cref="PyghmiBmc"/> has seen and done.</summary>
/// <param name="Actions">Chassis controls carried out: on, off, cycle, reset, diag, soft.</param>
/// <param name="Booted">The boot device of each start as the boot flags had it (1 is PXE, 2 disk), 0 for none.</param>
/// <param name="Suites">The cipher suite of every session that was begun.</param>
/// <param name="Refusals">Status codes with which a client broke off its login in RAKP message 3.</param>
/// <param name="Packets">Datagrams heard.</param>
/// <param name="Opened">Open Session Requests heard.</param>
/// <param name="Commands">Requests answered inside sessions.</param>
/// <param name="Sessions">Sessions open now.</param>
/// <param name="Boot">Boot option bytes by parameter number, as hex.</param>
internal sealed record PyghmiStatus(
    int Power, string[] Actions, int[] Booted, int[] Suites, int[] Refusals, int Packets, int Opened, int Commands, int Sessions,
    Dictionary<string, string> Boot);
