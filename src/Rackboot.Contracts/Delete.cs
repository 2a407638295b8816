namespace Rackboot.Contracts;

/// <summary>Deletes documents in this order. If one is refused, the others are still deleted.</summary>
/// <param name="Items">The documents.</param>
public sealed record DeleteOrder(IReadOnlyList<DeleteItem> Items);

/// <summary>A document to delete.</summary>
/// <param name="Kind"><c>Machine</c>, <c>Profile</c> or <c>Credential</c>.</param>
/// <param name="Name">Name of the document.</param>
public sealed record DeleteItem(string Kind, string Name);

/// <summary>The outcome for one document.</summary>
/// <param name="Kind">Kind of the document.</param>
/// <param name="Name">Name of the document.</param>
/// <param name="Status">HTTP status: 204 deleted, 404 not found, 409 still in use.</param>
/// <param name="Detail">Why it was not deleted, and what to do; none if it was.</param>
public sealed record DeleteResult(string Kind, string Name, int Status, string? Detail);
