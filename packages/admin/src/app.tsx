import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ApiRefusal } from './api/failure.ts';
import { Announcer } from './components/announcer.tsx';
import { BrokenPart } from './components/broken-part.tsx';
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
              <a href="/">Load it again</a>
            </p>
          </main>
        }
      >
        <Routes />
      </BrokenPart>
      <Announcer />
    </QueryClientProvider>
  );
}
