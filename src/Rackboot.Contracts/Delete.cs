namespace Rackboot.Contracts;

/// <summary>Things to be deleted, in this order; each of them, whatever is wrong with another.</summary>
public sealed record DeleteOrder(IReadOnlyList<DeleteItem> Items);

/// <summary>One of them.</summary>
/// <param name="Kind"><c>Machine</c>, <c>Profile</c> or <c>Credential</c>.</param>
public sealed record DeleteItem(string Kind, string Name);

/// <summary>What became of one.</summary>
/// <param name="Status">As HTTP has it: 204 deleted, 404 not there, 409 still used.</param>
/// <param name="Detail">Why it was not deleted, and what to do; none if it was.</param>
public sealed record DeleteResult(string Kind, string Name, int Status, string? Detail);
