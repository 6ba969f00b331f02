/**
 * What one transaction does at a time, among all processes; shared, what it does not do beside one that has
 * the lock for itself. Whoever takes several takes them in one order, the same for everybody.
 */
export interface Lock {
  name: string;
  shared?: boolean;
}
