/** The compatibility level of SQL Server 2016: databases of lower ones lack OPENJSON, and have not been seen. */
export const LEVEL_OF_2016 = 130;
