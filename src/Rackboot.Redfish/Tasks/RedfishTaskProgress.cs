namespace Rackboot.Redfish;

/// <summary>How far a task of the service is.</summary>
/// <param name="State">TaskState, or JobState with services that have jobs: New, Running, Completed, Exception, ...</param>
/// <param name="Percent">0 to 100, if the service says.</param>
/// <param name="Message">What the service says last.</param>
public sealed record RedfishTaskProgress(string State, int? Percent, string? Message);
