namespace EtlTools.Core.Snowflake;

/// <summary>Snowflake's data types, synonyms folded together.</summary>
public enum SnowflakeTypeKind
{
    /// <summary>NUMBER(p,s) and its synonyms DECIMAL, INT, …</summary>
    Number,

    /// <summary>FLOAT, DOUBLE, REAL: 64 bits.</summary>
    Float,

    /// <summary>VARCHAR, TEXT, CHAR, …</summary>
    Text,

    /// <summary>BOOLEAN.</summary>
    Boolean,

    /// <summary>DATE.</summary>
    Date,

    /// <summary>TIME(0..9).</summary>
    Time,

    /// <summary>TIMESTAMP_NTZ(0..9): no zone.</summary>
    TimestampNtz,

    /// <summary>TIMESTAMP_LTZ(0..9): an instant.</summary>
    TimestampLtz,

    /// <summary>TIMESTAMP_TZ(0..9): an instant with its offset.</summary>
    TimestampTz,

    /// <summary>BINARY.</summary>
    Binary,

    /// <summary>VARIANT.</summary>
    Variant,

    /// <summary>OBJECT.</summary>
    Object,

    /// <summary>ARRAY.</summary>
    Array,

    /// <summary>A type this product does not carry: GEOGRAPHY, VECTOR, DECFLOAT, …</summary>
    Unsupported,
}
