using Rackboot.Contracts;
using Rackboot.Contracts.Selection;

namespace Rackboot.Daemon.Configuration;

/// <summary>What the members of a group may do.</summary>
public sealed record GroupSettings(string Group, AccessRole Role, bool Secrets, LabelSelector? Scope);
