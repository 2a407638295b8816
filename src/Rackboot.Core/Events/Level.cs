namespace Rackboot.Core.Events;

public enum Level
{
    Info,
    Warning,
    Error,
}
