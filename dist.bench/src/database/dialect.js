/** Stands for the id of the new host user in the details of the event. */
export const NEW_HOST_USER = '@new-host-user';
