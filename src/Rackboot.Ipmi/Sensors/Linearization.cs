namespace Rackboot.Ipmi;

/// <summary>What is applied to the number that M, B and the exponents give (IPMI 2.0 §36.3 and §43.1, byte 24).</summary>
public enum Linearization : byte
{
    Linear = 0x00,
    Ln = 0x01,
    Log10 = 0x02,
    Log2 = 0x03,
    Exp = 0x04,
    Exp10 = 0x05,
    Exp2 = 0x06,
    Reciprocal = 0x07,
    Square = 0x08,
    Cube = 0x09,
    SquareRoot = 0x0A,
    CubeRoot = 0x0B,

    /// <summary>70h to 7Fh: the factors differ from reading to reading and must be asked for (Get Sensor Reading Factors, §35.5).</summary>
    NonLinear = 0x70,
}
