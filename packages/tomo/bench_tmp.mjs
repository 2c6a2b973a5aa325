import { ops, borrow, scope, setThreads, tensor } from "@tomo/torch";
import { gzipSync, gunzipSync } from "node:zlib";
const [ni,nj,nk]=[512,512,100];
const data=new Int16Array(ni*nj*nk); let s=1; for(let n=0;n<data.length;n++){ s=(Math.imul(s,1664525)+1013904223)|0; data[n]= (n%512 <100)? -1000 : ((s>>>24)+ (n>>9)%512); }
const gz=gzipSync(Buffer.from(data.buffer),{level:6});
console.log("gz MB",gz.length/1e6);
for(let r=0;r<2;r++){ const t=performance.now(); gunzipSync(gz,{chunkSize:data.byteLength+65536}); console.log("inflate",performance.now()-t);}
for (const th of [1,2]) { setThreads(th);
for(let r=0;r<3;r++){ const t=performance.now(); scope(()=>{const x=borrow(data,[nk,nj,ni]); const y=ops.contiguous(ops.permute(ops.toDtype(x,"float32"),[2,1,0])); ops.add_(ops.mul_(y,0.5),3); return null;}); console.log("torch cast,permute",th,performance.now()-t);}
for(let r=0;r<3;r++){ const t=performance.now(); scope(()=>{const x=borrow(data,[nk,nj,ni]); const y=ops.toDtype(ops.contiguous(ops.permute(x,[2,1,0])),"float32"); ops.add_(ops.mul_(y,0.5),3); return null;}); console.log("torch permute,cast",th,performance.now()-t);}
}
function strided(out, inp, n0,n1,n2, base,s0,s1,s2, slope, inter){
  const T=32;
  for(let j=0;j<n1;j++)
   for(let i0=0;i0<n0;i0+=T){ const i1=Math.min(n0,i0+T);
    for(let k0=0;k0<n2;k0+=T){ const k1=Math.min(n2,k0+T);
      for(let i=i0;i<i1;i++){ let o=(i*n1+j)*n2+k0; let p=base+i*s0+j*s1+k0*s2;
        for(let k=k0;k<k1;k++,p+=s2) out[o++]=inp[p]*slope+inter; } } }
}
for(let r=0;r<4;r++){ const t=performance.now(); scope(()=>{const y=ops.empty([ni,nj,nk],{dtype:"float32"}); strided(y.view(),data,ni,nj,nk,0,1,ni,ni*nj,0.5,3); return null;}); console.log("js tiled",performance.now()-t);}
function strided2(out, inp, n0,n1,n2, base,s0,s1,s2, slope, inter){
  const T=64;
  for(let i0=0;i0<n0;i0+=T){ const i1=Math.min(n0,i0+T);
   for(let j=0;j<n1;j++)
    for(let k=0;k<n2;k++){ let o=(i0*n1+j)*n2+k; let p=base+i0*s0+j*s1+k*s2; const step=n1*n2;
        for(let i=i0;i<i1;i++,p+=s0,o+=step) out[o]=inp[p]*slope+inter; } }
}
for(let r=0;r<4;r++){ const t=performance.now(); scope(()=>{const y=ops.empty([ni,nj,nk],{dtype:"float32"}); strided2(y.view(),data,ni,nj,nk,0,1,ni,ni*nj,0.5,3); return null;}); console.log("js2",performance.now()-t);}
