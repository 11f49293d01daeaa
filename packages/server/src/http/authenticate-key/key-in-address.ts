/** What a person sees who opens an address of the page with a key in it. It loads nothing and repeats nothing. */
export function keyInAddress(publicPath: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Keystamp: an API key in the address</title>
</head>
<body>
<h1>There is an API key in the address</h1>
<p>A key does not belong in an address, because addresses are logged, kept and shared: if this link was shared, revoke the key.</p>
<p><a href="${publicPath}/">Open Keystamp</a></p>
</body>
</html>
`;
}
