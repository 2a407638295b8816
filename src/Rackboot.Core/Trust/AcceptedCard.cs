using Rackboot.Core.Machines;

namespace Rackboot.Core.Trust;

/// <summary>A network card that is a machine's although its document does not name it.</summary>
/// <param name="By">Who accepted it: a user, or the machine's own BMC.</param>
public sealed record AcceptedCard(MacAddress Mac, DateTimeOffset Since, string By);
