import { startCaddy } from './caddy.js';
import { describeGateway } from './describe-gateway.js';

describeGateway('caddy', startCaddy);
