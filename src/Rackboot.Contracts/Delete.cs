namespace Rackboot.Contracts;

/// <summary>Deletes documents in this order. A refusal of one does not stop the others.</summary>
/// <param name="Items">The documents.</param>
public sealed record DeleteOrder(IReadOnlyList<DeleteItem> Items);

/// <summary>A document to delete.</summary>
/// <param name="Kind"><c>Machine</c>, <c>Profile</c> or <c>Credential</c>.</param>
/// <param name="Name">Name of the document.</param>
public sealed record DeleteItem(string Kind, string Name);

/// <summary>What became of one document.</summary>
/// <param name="Kind">Kind of the document.</param>
/// <param name="Name">Name of the document.</param>
/// <param name="Status">As HTTP has it: 204 deleted, 404 not there, 409 still used.</param>
/// <param name="Detail">Why it was not deleted, and what to do; none if it was.</param>
public sealed record DeleteResult(string Kind, string Name, int Status, string? Detail);
