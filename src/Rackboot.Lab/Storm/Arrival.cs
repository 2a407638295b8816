namespace Rackboot.Lab.Storm;

/// <summary>In which order the machines are powered on.</summary>
internal enum Arrival
{
    /// <summary>All with one order.</summary>
    AtOnce,

    /// <summary>A rack of 40 machines after the other, one each few seconds.</summary>
    Racks,
}
