import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Router } from 'wouter';
import { ApiRefusal } from './api/failure.ts';
import { addressOf, publicPath } from './api/public-path.ts';
import { Announcer } from './components/announcer.tsx';
import { BrokenPart } from './components/broken-part.tsx';
import { Toaster } from './components/toast.tsx';
import { Routes } from './routes/routes.tsx';

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // A browser that thinks it is offline may still reach a server on the same machine.
        networkMode: 'always',
        retry: (failures, error) => !(error instanceof ApiRefusal) && failures < 1,
        retryDelay: 500,
        staleTime: 1000,
      },
    },
  });
}

export function App({ client }: { client: QueryClient }) {
  return (
    <QueryClientProvider client={client}>
      <BrokenPart
        fallback={
          <main className="blank" role="alert">
            <h1>This page broke</h1>
            <p>
              <a href={addressOf('/')}>Load it again</a>
            </p>
          </main>
        }
      >
        <Router base={publicPath}>
          <Routes />
        </Router>
      </BrokenPart>
      <Toaster />
      <Announcer />
    </QueryClientProvider>
  );
}
