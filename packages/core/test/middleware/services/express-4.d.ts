/** Version 4 beside version 5; as far as it is used here, its types are the same. */
declare module 'express-4' {
  import express from 'express';
  export default express;
}
